#!/bin/sh
# Removes a temporary folder when the program that made it has ended, even if it was killed with SIGKILL.
#
#   guard-folder.sh FOLDER
#
# File descriptor 3 is a pipe, and only the starter has the other end. The starter writes "over" after it has removed the
# folder itself. If the pipe closes without that, the starter is gone. Its servers are being killed at the same time, and
# may still write. So the guard waits between tries, and tries more than once.

folder=$1
read -r word <&3
[ "$word" = over ] && exit

tries=0
while [ $tries -lt 20 ]; do
  sleep 0.3
  rm -rf "$folder" 2>/dev/null && exit
  tries=$((tries + 1))
done
