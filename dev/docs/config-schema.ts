import { z } from 'zod';
import { yamlConfig } from '../../src/config/config-schema.js';

/** The parts of a JSON Schema node that the reference shows. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The JSON Schema of `millrace.yaml`, with which editors complete and check it. */
export function configSchema(): SchemaNode {
  return {
    ...{ title: 'millrace.yaml' },
    ...(z.toJSONSchema(yamlConfig, { io: 'input' }) as SchemaNode),
  };
}
