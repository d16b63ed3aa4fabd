#!/usr/bin/env bash
# Builds the control plane that the tests run, and a kubectl of the same
# version, and prints the path of the control plane as its last line. The
# kubectl lies beside it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
title="control plane"
program=controlplane
source ../go-program.sh
need_go

# The programs report this version; without it they would say v0.0.0.
version=$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' go.mod)
[[ $version =~ ^v([0-9]+)\.([0-9]+)\. ]] || fail "go.mod names no version of k8s.io/kubernetes."
stamp="-X k8s.io/component-base/version.gitVersion=$version"
stamp+=" -X k8s.io/component-base/version.gitMajor=${BASH_REMATCH[1]}"
stamp+=" -X k8s.io/component-base/version.gitMinor=${BASH_REMATCH[2]}"
stamp+=" -X k8s.io/component-base/version.gitTreeState=archive"
stamp+=" -X k8s.io/client-go/pkg/version.gitVersion=$version"
flags=(-trimpath -ldflags "-s -w $stamp")

build_program "Kubernetes $version" "about five on two cores" ". ./cmd/kubectl" audit-policy.yaml ./*.go cmd/kubectl/*.go
