/** @param workload `Kind/namespace/name` */
export function workloadLabels(workload: string): { namespace: string; workload: string } {
  const [kind = '', namespace = '', name = ''] = workload.split('/')
  return { namespace, workload: `${kind}/${name}` }
}
