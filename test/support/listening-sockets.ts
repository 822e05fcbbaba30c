import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ListeningSocket {
  readonly port: number;
  readonly isLoopback: boolean;
  readonly inode: string;
}

const LISTENING = '0A';
/** 127.0.0.1, its IPv6-mapped form, and ::1, as Linux prints them: words of four bytes, lowest byte first. */
const LOOPBACK = new Set([
  '0100007F',
  '0000000000000000FFFF00000100007F',
  '00000000000000000000000001000000',
]);

/** Listening sockets of this machine. Linux only. */
export function listeningSockets(): readonly ListeningSocket[] {
  return ['tcp', 'tcp6'].flatMap((file) =>
    readFileSync(`/proc/net/${file}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === LISTENING)
      .map(([, local = '', , , , , , , , inode = '']) => {
        const [address = '', port = ''] = local.split(':');
        return { port: Number.parseInt(port, 16), isLoopback: LOOPBACK.has(address), inode };
      }),
  );
}

/** Every listening socket of the process that listens on this port. */
export function socketsOfOwner(port: number): readonly ListeningSocket[] {
  const sockets = listeningSockets();
  const wanted = new Set(
    sockets.filter((socket) => socket.port === port).map(({ inode }) => inode),
  );
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const inodes = socketInodesOf(pid);
    if (![...inodes].some((inode) => wanted.has(inode))) continue;
    return sockets.filter(({ inode }) => inodes.has(inode));
  }
  throw new Error(`no process is seen to listen on port ${port}`);
}

function socketInodesOf(pid: string): ReadonlySet<string> {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return '';
      }
    });
    return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  } catch {
    // It has ended meanwhile, or belongs to another user.
    return new Set();
  }
}
