# How every script configures a build of preset PRESET in $root. Source it after output.sh.
# shellcheck shell=bash

# The sloppiness is what ccache asks of whoever precompiles headers.
# shellcheck disable=SC2154
configure() {
    local -r preset=$1
    local configured
    command -v cmake >/dev/null || die "cmake is not installed; run: sudo scripts/install"
    export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
    configured=$(cd "$root" && cmake --preset "$preset" -Wno-dev 2>&1) || {
        printf '%s\n' "$configured" >&2
        die "cmake --preset $preset failed (above); a missing package is installed by: sudo scripts/install"
    }
}
