// MongoDB servers that are wrong in one known way, for what the shared one cannot be: a standalone, and one that refuses sign-in.
//
// They speak the real wire protocol (OP_MSG, and OP_QUERY for the first greeting) and hold no data: what is tested is
// what the portal says, and it says it after a real driver has talked to a real socket.

import { type AddressInfo, type Socket, createServer } from 'node:net';

import { BSON, Long, ObjectId } from 'mongodb';

type Document = Record<string, unknown>;
export type Fault = 'standalone' | 'refuses-sign-in';

export interface FaultyMongo {
  /** `host:port` */
  address: string;
  close(): Promise<void>;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const CHECKSUM_PRESENT = 1;

/** Starts one on a free port of the loopback. */
export async function startFaultyMongo(fault: Fault): Promise<FaultyMongo> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, (command) => answer(fault, command, `127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

function answer(fault: Fault, command: Document, address: string): Document {
  const name = (Object.keys(command)[0] ?? '').toLowerCase();
  switch (name) {
    case 'hello':
    case 'ismaster':
      return { ...greeting(), ...(fault === 'standalone' ? {} : membership(address)) };
    case 'saslstart':
    case 'saslcontinue':
      return failure(18, 'AuthenticationFailed', 'Authentication failed.');
    case 'ping':
    case 'endsessions':
      return { ok: 1 };
    case 'buildinfo':
      return { version: '8.0.4', versionArray: [8, 0, 4, 0], maxBsonObjectSize: 16_777_216, ok: 1 };
    case 'listdatabases':
      return { databases: [{ name: 'jee', sizeOnDisk: Long.fromNumber(8192), empty: false }], totalSize: Long.fromNumber(8192), ok: 1 };
    case 'listcollections':
      return cursor('jee.$cmd.listCollections', [{ name: 'patients', type: 'collection', options: {}, info: { readOnly: false } }]);
    case 'find':
      return cursor(`${String(command['$db'])}.${String(command['find'])}`, []);
    case 'aggregate':
      return isChangeStream(command)
        ? failure(40573, 'Location40573', 'The $changeStream stage is only supported on replica sets')
        : cursor(`${String(command['$db'])}.${String(command['aggregate'])}`, []);
    default:
      return failure(59, 'CommandNotFound', `no such command: '${name}'`);
  }
}

function greeting(): Document {
  return {
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: 25,
    readOnly: false,
    saslSupportedMechs: ['SCRAM-SHA-256', 'SCRAM-SHA-1'],
    ok: 1,
  };
}

function membership(address: string): Document {
  return {
    setName: 'rs0',
    setVersion: 1,
    secondary: false,
    primary: address,
    me: address,
    hosts: [address],
    electionId: new ObjectId('7fffffff0000000000000001'),
  };
}

function isChangeStream(command: Document): boolean {
  const [first] = (command['pipeline'] ?? []) as Document[];
  return first !== undefined && '$changeStream' in first;
}

function cursor(ns: string, firstBatch: Document[]): Document {
  return { cursor: { id: Long.ZERO, ns, firstBatch }, ok: 1 };
}

function failure(code: number, codeName: string, errmsg: string): Document {
  return { ok: 0, errmsg, code, codeName };
}

/** Cuts the stream into messages and answers each. */
function serve(socket: Socket, handle: (command: Document) => Document): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES && pending.length >= pending.readInt32LE(0)) {
      const length = pending.readInt32LE(0);
      const message = pending.subarray(0, length);
      pending = pending.subarray(length);
      const [requestId, kind] = [message.readInt32LE(4), message.readInt32LE(12)];
      if (kind === OP_MSG) socket.write(opMsg(requestId, handle(readOpMsg(message))));
      else if (kind === OP_QUERY) socket.write(opReply(requestId, handle(readOpQuery(message))));
      else socket.destroy();
    }
  });
}

/** The body section; document sequences are of no interest here. */
function readOpMsg(message: Buffer): Document {
  const end = message.length - (message.readUInt32LE(HEADER_BYTES) & CHECKSUM_PRESENT ? 4 : 0);
  let at = HEADER_BYTES + 4;
  while (at < end) {
    const kind = message.readUInt8(at);
    const size = message.readInt32LE(at + 1);
    if (kind === 0) return BSON.deserialize(message.subarray(at + 1, at + 1 + size));
    at += 1 + size;
  }
  return {};
}

function readOpQuery(message: Buffer): Document {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  return BSON.deserialize(message.subarray(nameEnd + 1 + 8));
}

function opMsg(responseTo: number, document: Document): Buffer {
  const body = BSON.serialize(document);
  // No flags, one section of kind 0.
  return frame(responseTo, OP_MSG, Buffer.concat([Buffer.alloc(5), body]));
}

function opReply(responseTo: number, document: Document): Buffer {
  const preface = Buffer.alloc(20);
  preface.writeInt32LE(1, 16);
  return frame(responseTo, OP_REPLY, Buffer.concat([preface, BSON.serialize(document)]));
}

function frame(responseTo: number, kind: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + body.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(kind, 12);
  return Buffer.concat([header, body]);
}
