export { createPracticeCluster, type PracticeCluster } from './cluster.ts'
export type { Delays } from './delays.ts'
export { type ClusterModel, createClusterModel } from './cluster-model.ts'
export { hostPortsOf } from './control/scheduler.ts'
export type { MachineEvent } from './engine/machine.ts'
export { detailsOf } from './engine/views.ts'
export type { DarkPeriod } from './network/dark-periods.ts'
export type { Fate } from './network/fate.ts'
export type { NodeSpec, PortMapping } from './node-spec.ts'
export { isReady } from './objects.ts'
export type { Verbs } from './verbs.ts'
export type { DeployOptions, ServiceOptions } from './workloads.ts'
export {
  type ClusterUnderTest,
  type PortUnderTest,
  type Situation,
  SITUATIONS,
  type VantageUnderTest,
} from './fidelity.ts'
export { SCENARIOS } from './scenarios/catalogue.ts'
export { type JudgedPeriod, rightFor } from './scenarios/right-causes.ts'
export { prepareScenario, runScenario, type ScenarioResult } from './scenarios/run.ts'
export { onFreePorts, type Scenario, type Step } from './scenarios/scenario.ts'
