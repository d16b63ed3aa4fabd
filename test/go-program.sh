# Sourced by the scripts that build a Go program for the tests. Building takes
# minutes, so results are kept outside the checkout, under a name made from
# everything that goes into them. A second call with the same inputs only prints
# the path. All progress goes to standard error.
#
# Before build_program, the caller stands in its module's directory and has set:
#   title    what to call the program in messages: "control plane"
#   program  its file name, and the name of its folder in the cache
#   flags    what `go build` is told (an array)

say() { printf '%s: %s\n' "$title" "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

need_go() {
  command -v go >/dev/null || fail "building it needs Go $(sed -n 's/^go //p' go.mod) or newer, and no 'go' was found in PATH."
  # A workspace file above the checkout would replace this module's own versions.
  export GOWORK=off
  # Without cgo the result is one static file, and no C compiler is needed.
  export CGO_ENABLED=0
}

checksum() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# build_program VERSION ABOUT "PACKAGE..." FILE...: builds the packages from the
# files named and go.mod, and prints the program's path.
build_program() {
  local version=$1 about=$2 packages=$3
  shift 3
  local inputs key
  inputs=$(
    go version
    go env GOFLAGS GOEXPERIMENT
    printf '%s\n' "${flags[@]}"
    checksum go.mod go.sum "$@"
  )
  key=$(checksum <<<"$inputs" | cut -c 1-16)
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/integration-service/$program
  local result=$cache/$key/$program

  mkdir -p "$cache"
  if [[ ! -x $result ]] && command -v flock >/dev/null; then
    # Two builds at once would each take twice as long. Where flock is missing
    # they do, and are still correct: the rename below is atomic.
    exec 9>"$cache/.lock"
    if ! flock --nonblock 9; then
      say "another build is running, waiting for it."
      flock 9
    fi
  fi
  if [[ -x $result ]]; then
    touch "$cache/$key"
    printf '%s\n' "$result"
    return
  fi

  say "building $version with $(go version | cut -d ' ' -f 3). The first build takes several minutes ($about); the result is kept in $cache."

  work=$(mktemp -d "$cache/.build-XXXXXX")
  compiler=
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  say "downloading the modules it needs (about 100 MB when none are there yet)."
  # The packages are a list of words.
  # shellcheck disable=SC2086
  watched modules downloading "$work/download.log" go list -deps -f '{{.ImportPath}}' $packages
  total=$(wc -l <"$work/stdout")

  # The compiler prints the name of each package that it really compiles, and
  # nothing for those that Go's own cache holds.
  mkdir "$work/out"
  # shellcheck disable=SC2086
  watched compiled compiling "$work/compile.log" go build -v "${flags[@]}" -o "$work/out/" $packages

  # The directory gets its final name only when it is complete. Where another
  # build was faster, its equal result is used.
  if ! mv -T "$work/out" "$cache/$key" 2>/dev/null && [[ ! -x $result ]]; then
    mv "$work/out" "$cache/$key"
  fi
  [[ -x $result ]] || fail "the build ended without $result."

  # Results for inputs of the past month stay, for those who switch branches.
  find "$cache" -mindepth 1 -maxdepth 1 -type d ! -name "$key" -mtime +30 -exec rm -rf {} +

  say "built in $SECONDS s."
  printf '%s\n' "$result"
}

cleanup() {
  [[ -z $compiler ]] || kill "$compiler" 2>/dev/null || true
  rm -rf "$work"
}

# Runs a command in the background with its output in a file, and says every
# few seconds how far it is, as counted by the given function.
watched() {
  local count=$1 what=$2 log=$3 started=$SECONDS
  shift 3
  "$@" >"$work/stdout" 2>"$log" 9>&- &
  compiler=$!
  local ticks=0
  while kill -0 "$compiler" 2>/dev/null; do
    sleep 1
    ticks=$((ticks + 1))
    if ((ticks % 5 == 0)); then
      say "$what: $("$count" "$log"), $((SECONDS - started)) s"
    fi
  done
  local status=0
  wait "$compiler" || status=$?
  compiler=
  if ((status != 0)); then
    tail -n 20 "$log" >&2
    fail "$what failed."
  fi
}

modules() { printf '%d modules' "$(grep -c '^go: downloading' "$1")"; }
compiled() { printf '%d of at most %d packages' "$(grep -c '^[a-z]' "$1")" "$total"; }
