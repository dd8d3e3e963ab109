export { type Agent, createAgent } from './agent.ts'
export { type AgentConfig, readConfig } from './config.ts'
