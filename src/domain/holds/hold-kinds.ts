import { batchTooLarge } from './batch-too-large.js';
import { dataLost } from './data-lost.js';
import { groupOwnedElsewhere } from './group-owned-elsewhere.js';
import type { HoldKind, HoldReason } from './hold.js';
import { tableChanged } from './table-changed.js';
import { tableRefuses } from './table-refuses.js';
import { tableReplaced } from './table-replaced.js';
import { tooManyRejections } from './too-many-rejections.js';
import { topicRewound } from './topic-rewound.js';

/** All reasons why a partition waits for a person. */
export const HOLD_KINDS: Readonly<Record<HoldReason, HoldKind>> = {
  DataLost: dataLost,
  TopicRewound: topicRewound,
  TooManyRejections: tooManyRejections,
  GroupOwnedElsewhere: groupOwnedElsewhere,
  TableReplaced: tableReplaced,
  TableChanged: tableChanged,
  BatchTooLarge: batchTooLarge,
  TableRefuses: tableRefuses,
};
