#!/usr/bin/env bash
# Makes a machine a node that Prometheus can watch: node_exporter as a hardened service on port 9100.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: install.sh [--listen ADDRESS] [--root DIR] [RELEASE]

Installs node_exporter as the service node_exporter.service, enables and starts it. Downloads nothing.

  RELEASE           folder of an unpacked release of node_exporter, as from
                    https://github.com/prometheus/node_exporter/releases;
                    without it, the distribution's prometheus-node-exporter is used, which must be installed
  --listen ADDRESS  where it listens; default :9100 (all addresses), and what is set already stays
  --root DIR        installs into this folder instead of /, for an image; starts nothing, and needs no root
  --help            this text

It may be run again: what is as it should be stays as it is, and the service is restarted only after a change.
It writes
  /usr/local/bin/node_exporter               the program of the release, or a link to the distribution's
  /etc/systemd/system/node_exporter.service
  /etc/default/node_exporter                 settings; yours, once they are there
and switches the distribution's own service off, which would want the same port.

Exit code: 0 it is installed, 1 something failed, 2 wrong use.
USAGE
}

fail() {
  echo "install.sh: $1" >&2
  exit "${2:-1}"
}

again="$(printf ' %q' "$0" "$@")"
root=""
listen=""
release=""
while (($# > 0)); do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --listen | --root)
      [[ -n "${2:-}" ]] || fail "$1 needs a value; see --help" 2
      if [[ "$1" == --listen ]]; then listen="$2"; else root="${2%/}"; fi
      shift 2
      ;;
    -*) fail "unknown option $1; see --help" 2 ;;
    *)
      [[ -z "$release" ]] || fail "one RELEASE only; see --help" 2
      release="${1%/}"
      shift
      ;;
  esac
done
[[ -z "$listen" || "$listen" =~ ^[][0-9A-Za-z.:%_-]*:[0-9]+$ ]] ||
  fail "--listen $listen is no address with a port, such as :9100 or 10.0.0.1:9100" 2

# Everything is checked before anything is changed.
if [[ -n "$root" ]]; then
  [[ -d "$root" ]] || fail "--root $root is not a folder" 2
elif ((EUID != 0)); then
  fail "this needs root, for it installs a service. Run: sudo$again"
elif [[ ! -d /run/systemd/system ]]; then
  fail "this machine is not run by systemd. To prepare an image, use --root DIR."
fi

source_folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
unit="$source_folder/node_exporter.service"
[[ -f "$unit" ]] || fail "$unit is missing; it belongs beside this script"

packaged=/usr/bin/prometheus-node-exporter
if [[ -n "$release" ]]; then
  if [[ -f "$release" ]]; then
    fail "$release is a file; unpack it first (tar xzf $release) and give the folder" 2
  fi
  [[ -f "$release/node_exporter" && -x "$release/node_exporter" ]] ||
    fail "there is no program node_exporter in $release. Is it an unpacked release?" 2
  # A release for another processor does not even run. One that is to run elsewhere cannot be asked here.
  if [[ -z "$root" ]]; then
    "$release/node_exporter" --version >/dev/null 2>&1 ||
      fail "$release/node_exporter does not run here. Is the release for $(uname -sm)?"
  fi
elif [[ ! -x "$root$packaged" ]]; then
  fail "prometheus-node-exporter is not installed${root:+ in $root}. Install it (apt-get install --no-install-recommends prometheus-node-exporter) or give the folder of an unpacked release."
fi

changed=false
did() {
  echo "$1"
  changed=true
}

# Replaced by a rename, because a program that runs cannot be overwritten.
put() { # SOURCE TARGET MODE
  if [[ ! -L "$2" ]] && cmp --silent "$1" "$2"; then
    return
  fi
  mkdir -p "$(dirname "$2")"
  install --mode="$3" "$1" "$2.new"
  mv --no-target-directory "$2.new" "$2"
  did "wrote $2"
}

program="$root/usr/local/bin/node_exporter"
if [[ -n "$release" ]]; then
  put "$release/node_exporter" "$program" 0755
elif [[ "$(readlink "$program" 2>/dev/null)" != "$packaged" ]]; then
  mkdir -p "$(dirname "$program")"
  ln --symbolic --force --no-target-directory "$packaged" "$program"
  did "linked $program to $packaged"
fi

put "$unit" "$root/etc/systemd/system/node_exporter.service" 0644

settings="$root/etc/default/node_exporter"
if [[ ! -e "$settings" ]]; then
  mkdir -p "$(dirname "$settings")"
  cat >"$settings" <<SETTINGS
# Settings of node_exporter.service. After a change: systemctl restart node_exporter
# Where it listens. An address of the inner network keeps everybody else out.
NODE_EXPORTER_LISTEN=${listen:-:9100}
# Further flags, such as --collector.processes; node_exporter --help has them all.
NODE_EXPORTER_FLAGS=
SETTINGS
  chmod 0644 "$settings"
  did "wrote $settings"
elif [[ -n "$listen" ]] && ! grep --quiet --line-regexp --fixed-strings "NODE_EXPORTER_LISTEN=$listen" "$settings"; then
  sed --in-place '/^NODE_EXPORTER_LISTEN=/d' "$settings"
  echo "NODE_EXPORTER_LISTEN=$listen" >>"$settings"
  did "set NODE_EXPORTER_LISTEN=$listen in $settings"
fi

systemctl=(systemctl --quiet)
[[ -z "$root" ]] || systemctl+=(--root="$root")

# Both would want the same port.
if "${systemctl[@]}" is-enabled prometheus-node-exporter.service >/dev/null 2>&1; then
  "${systemctl[@]}" disable prometheus-node-exporter.service 2>/dev/null
  did "switched prometheus-node-exporter.service off: node_exporter.service takes its place"
fi
if ! "${systemctl[@]}" is-enabled node_exporter.service >/dev/null 2>&1; then
  "${systemctl[@]}" enable node_exporter.service 2>/dev/null
  did "enabled node_exporter.service"
fi

if [[ -n "$root" ]]; then
  $changed || echo "$root: everything is in place already"
  exit 0
fi

systemctl stop prometheus-node-exporter.service 2>/dev/null || true
if $changed; then
  systemctl daemon-reload
  systemctl restart node_exporter.service
elif ! systemctl --quiet is-active node_exporter.service; then
  systemctl start node_exporter.service
else
  echo "everything is in place already"
fi

# Type=exec tells that the program could be executed; whether it could listen shows a moment later.
sleep 1
systemctl --quiet is-active node_exporter.service ||
  fail "it does not stay up; see: journalctl --unit node_exporter --lines 20"
echo "node_exporter listens on $(sed -n 's/^NODE_EXPORTER_LISTEN=//p' "$settings" | tail -1)"
