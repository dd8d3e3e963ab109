export { ruleCommands } from './rules/commands.ts'
export type { NodeRules, RuleQuestion } from './rules/read-rules.ts'
export { createEngineWatch, type EngineWatch, type EngineWatchOptions } from './engine-watch.ts'
export { readNode } from './node-container.ts'
