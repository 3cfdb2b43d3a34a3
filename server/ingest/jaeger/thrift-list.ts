import { THRIFT, type ThriftReader } from '../../wire/thrift/thrift-reader.ts';

/** Has each struct of the list read that the reader stands before; elements of another type are passed over. */
export function readStructs(reader: ThriftReader, readStruct: () => void): void {
  const count = reader.openList();
  const { elementType } = reader;
  for (let index = 0; index < count; index++) {
    if (elementType === THRIFT.struct) readStruct();
    else reader.skip(elementType);
  }
  reader.closeList();
}
