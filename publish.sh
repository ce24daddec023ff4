#!/usr/bin/env bash
# Makes the daemon as it is released: one native binary in artifacts/release, for this architecture or the one that is named,
# beside it its symbols and a file of SHA-256 sums (for sha256sum --check). Prints sizes and sums. Needs the .NET 10 SDK, clang
# and zlib1g-dev; for the other architecture a linker as well. On Debian it installs what is missing but the SDK (as root or by
# passwordless sudo).
#
#   ./publish.sh [--runtime linux-x64|linux-arm64]
#
# Exit code: 0 it is made, 2 wrong use, 3 something is missing and cannot be installed here, any other: what failed.
set -euo pipefail
cd "$(dirname "$0")"

wrong() {
  echo "publish.sh: $1" >&2
  exit 2
}

case "$(uname -m)" in
  x86_64) here=linux-x64 ;;
  aarch64) here=linux-arm64 ;;
  *) here=other ;;
esac
runtime="$here"
while (($# > 0)); do
  case "$1" in
    -h | --help)
      sed -n '2,/^[^#]/ s/^# \{0,1\}//p' publish.sh
      exit 0
      ;;
    --runtime=*) runtime="${1#*=}" ;;
    --runtime)
      (($# > 1)) || wrong "--runtime needs a value: linux-x64 or linux-arm64"
      runtime="$2"
      shift
      ;;
    *) wrong "\"$1\" is not known; ./publish.sh --help tells the use" ;;
  esac
  shift
done

case "$runtime" in
  linux-x64) triplet=x86_64-linux-gnu debian=amd64 ;;
  linux-arm64) triplet=aarch64-linux-gnu debian=arm64 ;;
  other) wrong "$(uname -m) is none of the architectures; name one: --runtime linux-x64 or --runtime linux-arm64" ;;
  *) wrong "--runtime \"$runtime\" cannot be made; linux-x64 or linux-arm64" ;;
esac

# By what they bring: they may be there from elsewhere than Debian's packages.
packages=()
command -v clang >/dev/null || packages+=(clang)
[[ -e /usr/include/zlib.h ]] || packages+=(zlib1g-dev)
if [[ "$runtime" != "$here" ]]; then
  packages+=("gcc-${triplet//_/-}" "libc6-dev-$debian-cross")
fi
if ((${#packages[@]} > 0)); then
  samples/debian-packages.sh "${packages[@]}"
fi

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
sha256sum "$name" "$name.dbg" | tee "$name.sha256"
