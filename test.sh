#!/usr/bin/env bash
# Runs every test. The end-to-end tests run on the native binary of the daemon, which is what is shipped, and those of its
# everyday life on the managed build as well; with --managed all of them do, but those that kill and torture it. With --long
# these go on for an hour and more, and say what they saw. Installs what the tests need and is missing. Needs the .NET 10
# SDK, and root or passwordless sudo where something is to be installed.
set -euo pipefail
cd "$(dirname "$0")"

everyday="|FullyQualifiedName~EndToEnd.DaemonTests|FullyQualifiedName~EndToEnd.Minik8sTests"
patience=10m
loggers=()
for option; do
  case "$option" in
    --managed) everyday="|FullyQualifiedName~EndToEnd" ;;
    --long)
      export MINIK8S_TEST_LONG=1
      patience=90m
      loggers=(--logger "console;verbosity=detailed")
      ;;
    *)
      echo "usage: ./test.sh [--managed] [--long]" >&2
      exit 2
      ;;
  esac
done

# clang links the native binary; systemd-analyze judges the units (nothing of systemd need run); kubectl is tried against
# the sample API server (any version will do); node and npm check the dashboards against Grafana's types, the compose
# file against its schema, and have what judges the status page, which chromium shows; curl is what the load benchmark
# compares with.
packages=(prometheus prometheus-node-exporter prometheus-alertmanager chromium clang zlib1g-dev systemd)
command -v curl >/dev/null || packages+=(curl)
command -v kubectl >/dev/null || packages+=(kubernetes-client)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
samples/debian-packages.sh "${packages[@]}"

dotnet build --configuration Release
dotnet publish Minik8s.FileSd --configuration Release --use-current-runtime --output artifacts/native

# The acceptance run takes minutes, most of them an alert's patience: once is enough.
echo "== All tests =="
dotnet test --configuration Release --no-build --filter "TestCategory!=Acceptance&TestCategory!=Chaos&(FullyQualifiedName!~EndToEnd$everyday)" \
  --blame-hang-timeout "$patience" --blame-hang-dump-type none

echo "== End to end and acceptance on the native binary =="
MINIK8S_FILESD_BINARY="$PWD/artifacts/native/minik8s-filesd" \
  dotnet test --configuration Release --no-build --filter FullyQualifiedName~EndToEnd \
  "${loggers[@]}" --blame-hang-timeout "$patience" --blame-hang-dump-type none
