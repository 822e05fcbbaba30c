#!/bin/sh
# Runs a command that can't outlive the program that started it, not even when that program is killed with SIGKILL.
#
#   guard-process.sh COMMAND [ARGUMENT...]
#
# File descriptor 3 is a pipe of which only the starter holds the other end. A watcher waits in the background until the
# starter writes "over" (the command has ended) or the pipe closes (the starter is gone): then it kills the command. The
# command takes the place of this shell, so that the starter sees its process id and how it ended.

(
  read -r word <&3
  [ "$word" = over ] || kill -KILL $$ 2>/dev/null
) &

exec "$@" 3<&-
