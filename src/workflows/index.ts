export { pipeline } from './pipeline/workflow.js';
export { redrive } from './redrive/workflow.js';
export { redriveTurn } from './redrive/lock.js';
export { startClaim } from './pipeline/start-claim.js';
export { verify } from './verify/workflow.js';
