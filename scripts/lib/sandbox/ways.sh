# The way of the sandbox's programs to the repository, made from inside.
# shellcheck shell=bash

# They belong to users who may not enter every folder above it: /root, a home of mode 0700. In here such a folder is
# covered by one that everybody may enter, and the repository and the build come back at their own paths. It holds
# nothing else, and it is read only: what is written there would be lost with the sandbox, and nobody told.
open_ways() {
    local folder closed
    for folder in "$root" "$build"; do
        everybody_may_use "$folder" && continue
        closed=$(first_closed_above "$folder")
        [[ -z $closed || $closed == "$root" ]] || cover "$closed"
    done
    everybody_may_use "$(standin_program)" ||
        die "users $server_user and $bastion_user may not run $(standin_program); run: chmod -R go+rX $root $build"
}

everybody_may_use() { as_user "$server_user" test -x "$1" && as_user "$bastion_user" test -x "$1"; }

# Prints the first folder above PATH that somebody may not enter.
first_closed_above() {
    local above='' rest=${1#/}
    while [[ $rest == */* ]]; do
        above+=/${rest%%/*} rest=${rest#*/}
        everybody_may_use "$above" || { printf '%s\n' "$above"; return; }
    done
}

cover() {
    local closed=$1 below=$dir/run/below folder
    mkdir -p "$below"
    mount --rbind "$closed" "$below"
    mount -t tmpfs -o mode=0755,size=1m tmpfs "$closed"
    for folder in "$root" "$build"; do
        # The build is mostly a part of the repository, and has come back with it.
        [[ $folder == "$closed"/* && ! -e $folder ]] || continue
        mkdir -p "$folder"
        mount --rbind "$below${folder#"$closed"}" "$folder"
    done
    umount --lazy "$below"
    mount -o remount,ro "$closed"
}
