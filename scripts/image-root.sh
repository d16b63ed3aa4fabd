#!/bin/sh
# image-root.sh DIRECTORY: lays out the file system of the image in a directory, from what is built in this one. Runs in the
# build stage of the Dockerfile, which is a Debian.
set -eu
root=$1
node=node_modules/node/bin/node

install -D -m 0755 "$node" "$root/usr/local/bin/node"
# Node's libraries, and the loader, which ldd prints without an arrow.
for library in $(ldd "$node" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }'); do
  install -D -m 0755 "$library" "$root$library"
done
# What they are, for those who scan images, and under which terms they are passed on.
for package in libc6 libgcc-s1 libstdc++6; do
  mkdir -p "$root/var/lib/dpkg/status.d"
  dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"
  install -D -m 0644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
done

install -D -m 0644 "$(ls node_modules/node/node_modules/node-*/LICENSE)" "$root/usr/share/doc/nodejs/LICENSE"

install -D -m 0644 dist/integration-service.mjs "$root/app/integration-service.mjs"
install -D -m 0644 dist/sbom.cdx.json "$root/app/sbom.cdx.json"
install -D -m 0644 dist/THIRD-PARTY-LICENSES.txt "$root/app/THIRD-PARTY-LICENSES.txt"
install -D -m 0644 LICENSE "$root/app/LICENSE"

mkdir -p "$root/etc"
printf 'nonroot:x:65532:65532:nonroot:/app:/sbin/nologin\n' > "$root/etc/passwd"
printf 'nonroot:x:65532:\n' > "$root/etc/group"
