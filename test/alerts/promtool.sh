#!/usr/bin/env bash
# Runs promtool with the arguments given: the one in PATH, else the one in Debian's package prometheus, which is fetched once
# and unpacked into the cache. Nothing is installed.
set -euo pipefail

if command -v promtool >/dev/null; then exec promtool "$@"; fi
cache=${XDG_CACHE_HOME:-$HOME/.cache}/integration-service/promtool
if [[ ! -x $cache/usr/bin/promtool ]]; then
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "promtool is not in PATH, and this machine has no apt-get to fetch Debian's package prometheus with: install Prometheus" >&2
    exit 1
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  # Lists of packages may be missing or old; only root may refresh them.
  apt-get download -qq prometheus 2>/dev/null || { apt-get update -qq && apt-get download -qq prometheus; }
  dpkg-deb -x prometheus_*.deb unpacked
  mkdir -p "$(dirname "$cache")"
  rm -rf "$cache"
  mv unpacked "$cache"
  cd - >/dev/null
fi
exec "$cache/usr/bin/promtool" "$@"
