#!/usr/bin/env bash
# Installs those of the given Debian packages that are missing. Their services are neither started nor enabled.
#
#   samples/debian-packages.sh prometheus prometheus-node-exporter
#
# Exit code: 0 all are installed, 1 apt-get failed, 2 wrong use, 3 not allowed to install here.
set -euo pipefail

if (($# == 0)); then
  echo "usage: $0 PACKAGE..." >&2
  exit 2
fi

installed() {
  [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

# Asked to end, it does so between two steps: bash runs a trap when the command before it is done, and a package manager
# that is cut off leaves packages half installed.
trap 'exit 143' TERM
trap 'exit 130' INT

missing=()
for package in "$@"; do
  installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  exit 0
fi

# Those that Debian starts as services, and that are offered for download as well.
of_prometheus=()
for package in "${missing[@]}"; do
  [[ "$package" != prometheus* ]] || of_prometheus+=("$package")
done

not_allowed() {
  echo "$1 Missing: ${missing[*]}. To install them:" >&2
  echo "    sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}" >&2
  if ((${#of_prometheus[@]} > 0)); then
    echo "Debian starts the services of those of Prometheus, which then hold the ports :9090, :9093 and :9100. To stop them:" >&2
    echo "    sudo systemctl disable --now ${of_prometheus[*]}" >&2
  fi
  exit 3
}

if ! command -v apt-get >/dev/null; then
  echo "This system has no apt-get. Missing: ${missing[*]}." >&2
  echo "Install what they are called among this system's own packages." >&2
  if ((${#of_prometheus[@]} > 0)); then
    echo "Those of Prometheus are also at https://prometheus.io/download/; put the programs on the PATH." >&2
  fi
  exit 3
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || not_allowed "Installing needs root, and there is no sudo."
  sudo --non-interactive true 2>/dev/null || not_allowed "Installing needs root, and sudo asks for a password."
  as_root=(sudo --non-interactive)
fi

# Debian starts a package's service while it installs the package. Here that would put a second Prometheus on :9090
# and a second node_exporter on *:9100, in the way of those this script was called for. Exit code 101 of this file
# means "do not start" (invoke-rc.d asks it). A file that is there already is the administrator's: it stays as it is.
policy=/usr/sbin/policy-rc.d
if [[ ! -e "$policy" ]]; then
  # shellcheck disable=SC2064 # expanded now: as_root and policy do not change
  trap "${as_root[*]} rm -f $policy" EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 0755 "$policy"
fi

# env, because sudo does not pass variables on.
apt_get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes)

has_candidate() {
  local candidate
  candidate="$(apt-cache policy "$1" | sed -n 's/^ *Candidate: //p')"
  [[ -n "$candidate" && "$candidate" != "(none)" ]]
}

known=true
for package in "${missing[@]}"; do
  has_candidate "$package" || known=false
done

# Not now, and not at the next boot either. A package without a service of its name has nothing to switch off.
leave_services_off() {
  local package
  command -v systemctl >/dev/null || return 0
  for package in "${missing[@]}"; do
    "${as_root[@]}" systemctl --quiet disable "$package.service" 2>/dev/null || true
  done
}

echo "Installing ${missing[*]}"
install=("${apt_get[@]}" install --no-install-recommends "${missing[@]}")
if $known; then
  # An index that is there but old may name files that the mirror no longer has: then once more, with a fresh index.
  "${install[@]}" && leave_services_off && exit 0
fi
"${apt_get[@]}" update || exit 1
"${install[@]}" || exit 1
leave_services_off
