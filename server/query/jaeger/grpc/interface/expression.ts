// NOTICE: describes the interface of Jaeger (jaeger-idl), Copyright The Jaeger Authors, Apache-2.0.
import { many, message, one, type PackageFacts } from '../../../../platform/grpc-interface/describe.ts';

export const FILTER = 'jaeger.expression.v1.Call';

/** Structured filters. */
export const JAEGER_EXPRESSION: PackageFacts = {
  name: 'jaeger.expression.v1',
  imports: [],
  types: {
    Call: message({ op: one('string', 1), args: many('Expression', 2) }),
    Expression: message(
      {
        attr: one('AttributeReference', 1),
        field: one('FieldReference', 2),
        nested: one('NestedReference', 3),
        scalar: one('Scalar', 4),
        list: one('List', 5),
        call: one('Call', 6),
      },
      { oneofs: { term: { oneof: ['attr', 'field', 'nested', 'scalar', 'list', 'call'] } } },
    ),
    AttributeReference: message({ key: one('string', 1), level: one('string', 2) }),
    FieldReference: message({ name: one('string', 1), level: one('string', 2) }),
    NestedReference: message({ level: one('string', 1) }),
    Scalar: message({ value: one('string', 1), type: one('string', 2) }),
    List: message({ values: many('string', 1), type: one('string', 2) }),
  },
};
