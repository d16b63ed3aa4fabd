#!/usr/bin/env bash
# Builds the Helm client that the chart is tested with, and prints its path as
# its last line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
title="helm"
program=helm
source ../go-program.sh
need_go

version=$(awk '$1 == "helm.sh/helm/v4" { print $2; exit }' go.mod)
[[ -n $version ]] || version=$(awk '$2 == "helm.sh/helm/v4" { print $3; exit }' go.mod)
[[ $version =~ ^v4\. ]] || fail "go.mod names no version of helm.sh/helm/v4."
flags=(-trimpath -ldflags "-s -w -X helm.sh/helm/v4/internal/version.version=$version")

build_program "Helm $version" "about three on two cores" . ./*.go
