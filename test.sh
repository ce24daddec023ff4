#!/usr/bin/env bash
# Runs every test. The end-to-end tests run on the native binary of the daemon, which is what is shipped, and those of its
# everyday life on the managed build as well; with --managed all of them do. Installs what they need and is missing. Needs
# the .NET 10 SDK, and root or passwordless sudo where something is to be installed.
set -euo pipefail
cd "$(dirname "$0")"

# clang links the native binary; systemd-analyze judges the units (nothing of systemd need run); kubectl is tried against
# the sample API server (any version will do); node and npm check the dashboards against Grafana's types, and the compose
# file against its schema.
packages=(prometheus prometheus-node-exporter prometheus-alertmanager clang zlib1g-dev systemd)
command -v kubectl >/dev/null || packages+=(kubernetes-client)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
samples/debian-packages.sh "${packages[@]}"

dotnet build --configuration Release
dotnet publish Minik8s.FileSd --configuration Release --use-current-runtime --output artifacts/native

everyday="|FullyQualifiedName~EndToEnd.DaemonTests|FullyQualifiedName~EndToEnd.Minik8sTests"
[[ "${1:-}" == --managed ]] && everyday="|FullyQualifiedName~EndToEnd"

# The acceptance run takes minutes, most of them an alert's patience: once is enough.
echo "== All tests =="
dotnet test --configuration Release --no-build --filter "TestCategory!=Acceptance&(FullyQualifiedName!~EndToEnd$everyday)" \
  --blame-hang-timeout 5m --blame-hang-dump-type none

echo "== End to end and acceptance on the native binary =="
MINIK8S_FILESD_BINARY="$PWD/artifacts/native/minik8s-filesd" \
  dotnet test --configuration Release --no-build --filter FullyQualifiedName~EndToEnd \
  --blame-hang-timeout 10m --blame-hang-dump-type none
