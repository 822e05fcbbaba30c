import { Document, isCollection } from 'yaml';
import {
  type ConfigDraft,
  type DraftContract,
  isTypeAlone,
  pipelineFields,
} from './config-draft.js';
import { tableOptions } from './render-typescript.js';

const SCHEMA =
  '# yaml-language-server: $schema=./node_modules/millrace/schema/millrace.schema.json';

/** The text of `millrace.yaml`. It names the schema with which editors check it. */
export function renderYaml({ comments, contract, pipeline }: ConfigDraft): string {
  return [
    SCHEMA,
    ...comments.map((comment) => `# ${comment}`),
    ...(contract === null ? [] : ['contracts:', ...contractLines(contract), '']),
    'pipelines:',
    `  ${scalar(pipeline.name)}:`,
    ...pipelineFields(pipeline).map(([key, value]) => `    ${key}: ${scalar(value)}`),
    '',
  ].join('\n');
}

function contractLines(contract: DraftContract): readonly string[] {
  const { name, columns, id, eventTime, orderBy } = contract;
  const lines = columns.flatMap(({ name: column, options, why }) => {
    const value = isTypeAlone(options) ? options.type : options;
    return [...(why === '' ? [] : [`# ${why}`]), `${scalar(column)}: ${scalar(value)}`];
  });
  return [
    `  ${scalar(name)}:`,
    '    columns:',
    ...lines.map((line) => `      ${line}`),
    ...(id === null ? [] : [`    id: ${scalar(id)}`]),
    ...(eventTime === null ? [] : [`    eventTime: ${scalar(eventTime)}`]),
    ...(orderBy.length === 0 ? [] : [`    table: ${scalar(tableOptions(contract))}`]),
  ];
}

/** A value on one line, quoted where YAML would take it for something else. */
function scalar(value: unknown): string {
  const document = new Document(value);
  if (isCollection(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
}
