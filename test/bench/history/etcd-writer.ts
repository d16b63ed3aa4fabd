import { connect, type ClientHttp2Session } from "node:http2";
import { createConnection } from "node:net";

/** An object as etcd holds it. */
export interface Stored {
  readonly key: string;
  readonly value: string;
}

/** Puts objects into etcd behind the API server's back, many in one transaction: a hundred thousand through the API server
 * would take a quarter of an hour. The API server learns of them by its own watch, as it does of everything. */
export interface EtcdWriter {
  put(objects: readonly Stored[]): Promise<void>;
  close(): void;
}

/** What etcd accepts in one transaction by default: so many operations, and so many bytes in all. */
const operationsMax = 128;
const transactionMaxBytes = 1_000_000;
const atOnce = 4;

/** Connects to etcd's own API, gRPC over HTTP/2, on its Unix socket. */
export function openEtcdWriter(socket: string): EtcdWriter {
  const session = connect("http://etcd", { createConnection: () => createConnection(socket) });
  // What fails shows in the request that it fails for.
  session.on("error", () => {});
  return {
    put: async (objects) => {
      const transactions = cutIntoTransactions(objects.map(encodePut)).values();
      const work = async (): Promise<void> => {
        for (const transaction of transactions) await call(session, "/etcdserverpb.KV/Txn", transaction);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    close: () => session.close(),
  };
}

function cutIntoTransactions(operations: readonly Buffer[]): readonly Buffer[] {
  const transactions: Buffer[] = [];
  let [batch, sizeBytes]: [Buffer[], number] = [[], 0];
  for (const operation of operations) {
    if (batch.length === operationsMax || sizeBytes + operation.length > transactionMaxBytes) {
      transactions.push(Buffer.concat(batch));
      [batch, sizeBytes] = [[], 0];
    }
    batch.push(operation);
    sizeBytes += operation.length;
  }
  return [...transactions, Buffer.concat(batch)].filter(({ length }) => length > 0);
}

// The three messages of etcd's rpc.proto that this needs: TxnRequest.success = 2, RequestOp.request_put = 2,
// PutRequest.key = 1 and .value = 2.
function encodePut({ key, value }: Stored): Buffer {
  const put = Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]);
  return field(2, field(2, put));
}

/** A field of bytes, as protobuf writes it: tag, length, content. */
function field(number: number, content: Buffer): Buffer {
  const bytesType = 2;
  return Buffer.concat([Buffer.from([(number << 3) | bytesType]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

const frameHeaderBytes = 5;

function call(session: ClientHttp2Session, path: string, message: Buffer): Promise<void> {
  const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
  const frame = Buffer.alloc(frameHeaderBytes);
  frame.writeUInt32BE(message.length, 1);
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status = "no status";
    const note = (fields: Readonly<Record<string, unknown>>): void => {
      const { "grpc-status": code, "grpc-message": message = "" } = fields as Readonly<Record<string, string>>;
      if (code !== undefined) status = `${code} ${message}`;
    };
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("error", reject);
    stream.on("close", () =>
      status.startsWith("0") ? resolve() : reject(new Error(`etcd answers ${path} with ${status}`)),
    );
    stream.resume();
    stream.end(Buffer.concat([frame, message]));
  });
}
