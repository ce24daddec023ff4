#!/usr/bin/env bash
# Makes the daemon as it is released: one native binary in artifacts/release, for this architecture or the one that is named,
# and its symbols beside it. Prints sizes and SHA-256. Needs the .NET 10 SDK, clang and zlib1g-dev; for the other architecture
# a linker as well, which it installs on Debian (as root or by passwordless sudo).
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  echo "usage: ./publish.sh [--runtime linux-x64|linux-arm64]" >&2
  exit 2
}

case "$(uname -m)" in
  x86_64) here=linux-x64 ;;
  aarch64) here=linux-arm64 ;;
  *) here=other ;;
esac
runtime="$here"
case $# in
  0) ;;
  2) [[ "$1" == --runtime ]] && runtime="$2" || usage ;;
  *) usage ;;
esac

case "$runtime" in
  linux-x64) triplet=x86_64-linux-gnu debian=amd64 ;;
  linux-arm64) triplet=aarch64-linux-gnu debian=arm64 ;;
  *) usage ;;
esac
packages=(clang zlib1g-dev)
if [[ "$runtime" != "$here" ]]; then
  packages+=("gcc-${triplet//_/-}" "libc6-dev-$debian-cross")
fi
samples/debian-packages.sh "${packages[@]}"

name="minik8s-filesd-$runtime"
release=artifacts/release
built="$(mktemp --directory)"
trap 'rm -rf "$built"' EXIT
dotnet publish Minik8s.FileSd --configuration Release --runtime "$runtime" --output "$built" --property:ObjCopyName="$triplet-objcopy"

# A debugger looks for the symbols by the name that the binary has for them.
mkdir -p "$release"
cp "$built/minik8s-filesd.dbg" "$release/$name.dbg"
(cd "$release" && "$triplet-objcopy" --remove-section .gnu_debuglink --add-gnu-debuglink "$name.dbg" "$built/minik8s-filesd" "$name")

cd "$release"
echo
stat --format='%s bytes  %n' "$name" "$name.dbg"
sha256sum "$name" "$name.dbg"
