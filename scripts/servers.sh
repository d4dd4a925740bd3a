#!/bin/sh
# Makes sure that the real servers that the tests talk to, and a browser, are installed; starts none of them.
set -eu
PATH=$PATH:/usr/sbin:/sbin
packages='bind9 bind9-dnsutils nsd knot unbound dnsdist postfix postgrey openssl util-linux curl jq chromium fonts-inter'
missing=
for command in named nsupdate dig nsd nsd-control knotd unbound dnsdist postconf postgrey openssl setpriv curl jq chromium; do
  command -v "$command" >/dev/null 2>&1 || missing="$missing $command"
done
[ -n "$missing" ] || exit 0
install="apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages"
# With systemd running this is somebody's machine: the packages would start servers now and at every boot.
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 || [ -d /run/systemd/system ]; then
  printf 'The tests need real DNS and mail servers and a browser; not found:%s\nInstall them with:\n  sudo sh -c "%s"\n  sudo systemctl disable --now named nsd knot unbound dnsdist postfix postgrey\n' "$missing" "$install" >&2
  exit 1
fi
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q && apt-get install -y -q --no-install-recommends $packages
