/** As much of the package as `encode-thrift.ts` uses; it brings no types of its own. */
declare module 'thrift' {
  interface Transport {
    flush(): void;
  }

  export const TBufferedTransport: new (buffer: undefined, onFlush: (bytes: Buffer) => void) => Transport;

  interface Protocol {
    writeMessageBegin(name: string, kind: number, sequence: number): void;
    writeMessageEnd(): void;
    writeStructBegin(name: string): void;
    writeStructEnd(): void;
    writeFieldBegin(name: string, type: number, id: number): void;
    writeFieldEnd(): void;
    writeFieldStop(): void;
    writeListBegin(elementType: number, size: number): void;
    writeListEnd(): void;
    writeSetBegin(elementType: number, size: number): void;
    writeSetEnd(): void;
    writeMapBegin(keyType: number, valueType: number, size: number): void;
    writeMapEnd(): void;
    writeBool(value: boolean): void;
    writeByte(value: number): void;
    writeI16(value: number): void;
    writeI32(value: number): void;
    writeI64(value: unknown): void;
    writeDouble(value: number): void;
    writeString(value: string): void;
    writeBinary(value: Buffer): void;
    flush(): void;
  }

  type ProtocolClass = new (transport: Transport, strictRead?: boolean, strictWrite?: boolean) => Protocol;
  export const TBinaryProtocol: ProtocolClass;
  export const TCompactProtocol: ProtocolClass;
  export const TJSONProtocol: ProtocolClass;
  /** An integer of 64 bits, as the protocols want it. */
  export function fromBigInt(value: bigint): unknown;
}
