// The hub as a SharedWorker: lives as long as any page of this browser does.
import { Hub, type Port } from './hub';
import { realParts } from './parts';
import { whenGone } from './presence';
import type { ToHub } from './protocol';

interface SharedScope {
  onconnect: (event: MessageEvent) => void;
}

const hub = new Hub(realParts);

(self as unknown as SharedScope).onconnect = (event) => {
  const channel = event.ports[0];
  if (!channel) return;
  const port: Port = { post: (message) => channel.postMessage(message) };
  channel.onmessage = ({ data }: MessageEvent<ToHub | { kind: 'page'; page: string }>) => {
    if (data.kind === 'page') whenGone(data.page, () => hub.remove(port));
    else hub.receive(port, data);
  };
};
