# Runs one PostgreSQL server, and outlives the process that wanted it.
#
# usage: sh -c SCRIPT sh RUN_DIRECTORY COMMAND...
#
# Standard input is a socket whose other end only the parent holds: it carries the
# words below and their answers, and its end means that the parent is gone or wants
# no more.
# Standard output is the run directory's lock, held until this shell ends.
# Standard error is the server's log.
run=$1
shift
pid=

# The second signal ends a server that is too young to handle the first one. One that was
# forked a moment ago and is still this shell loses both: they are sent until it is gone.
finish() {
    trap '' INT TERM HUP
    if [ -n "$pid" ]; then
        while kill -QUIT "$pid" && kill -TERM "$pid"; do
            sleep 1
        done </dev/null >/dev/null &
        again=$!
        wait "$pid"
        kill -KILL "$again"
    fi
    # A killed server leaves its System V shared memory, named in the seventh line.
    if [ -f "$run/data/postmaster.pid" ]; then
        segment=$(sed -n '7s/.* //p' "$run/data/postmaster.pid")
        [ -n "$segment" ] && ipcrm -m "$segment"
    fi
    rm -rf "$run"
    # It is not empty while another server runs.
    rmdir "${run%/*}"
    exit 0
}

halt() {
    if [ -n "$pid" ]; then
        kill "-$1" "$pid"
        wait "$pid"
        pid=
    fi
    echo halted >&0
}

trap finish INT TERM HUP
# An answer to a parent that is gone must not end this shell.
trap '' PIPE
"$@" </dev/null >&2 &
pid=$!
echo "supervised: $pid" >&2
# From here on only the server holds the log open: its end is the server's end.
exec 2>/dev/null
while read -r word; do
    case $word in
    stop) halt INT ;;
    kill) halt KILL ;;
    # The next supervisor has taken over.
    leave) exit 0 ;;
    esac
done
finish
