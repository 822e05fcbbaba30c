import { z } from 'zod';
import { yamlConfig } from '../../src/config/config-schema.js';

/** A node of the JSON Schema, as far as the reference shows it. */
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

/** The JSON Schema of `millrace.yaml`, which editors complete and check it by. */
export function configSchema(): SchemaNode {
  return {
    ...{ title: 'millrace.yaml' },
    ...(z.toJSONSchema(yamlConfig, { io: 'input' }) as SchemaNode),
  };
}
