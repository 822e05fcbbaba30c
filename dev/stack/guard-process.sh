#!/bin/sh
# Runs a command that can't outlive the program that started it, not even if that program is killed with SIGKILL.
#
#   guard-process.sh COMMAND [ARGUMENT...]
#
# File descriptor 3 is a pipe, and only the starter has the other end. A watcher waits in the background until the starter
# writes "over" (the command has ended) or the pipe closes (the starter is gone, so the watcher kills the command). The
# command replaces this shell, so that the starter sees its process id and how it ended.

(
  read -r word <&3
  [ "$word" = over ] || kill -KILL $$ 2>/dev/null
) &

exec "$@" 3<&-
