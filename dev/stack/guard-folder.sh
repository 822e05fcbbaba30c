#!/bin/sh
# Removes a temporary folder when the program that made it is gone, even when that was killed with SIGKILL.
#
#   guard-folder.sh FOLDER
#
# File descriptor 3 is a pipe of which only the starter holds the other end. The starter writes "over" when it has
# removed the folder itself; when the pipe closes without that, the starter is gone. Its servers are being killed at the
# same time, and may write until they are: hence a pause, and more than one try.

folder=$1
read -r word <&3
[ "$word" = over ] && exit

tries=0
while [ $tries -lt 20 ]; do
  sleep 0.3
  rm -rf "$folder" 2>/dev/null && exit
  tries=$((tries + 1))
done
