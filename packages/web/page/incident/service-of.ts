import type { IncidentDocument, TargetDocument } from '../documents.ts'

type Place = Pick<IncidentDocument, 'cluster' | 'target'>

/** @returns what names the Service behind a port, as it is now; empty where that is not known */
export function serviceFinder(targets: readonly TargetDocument[]): (place: Place) => string {
  const services = new Map<string, string>()
  for (const { cluster, id, service, workload, routes } of targets) {
    services.set(`${cluster}/${id}`, service ?? workload?.split('/').slice(1).join('/') ?? '')
    for (const route of routes) services.set(`${cluster}/${route.id}`, route.service ?? '')
  }
  return ({ cluster, target }) => services.get(`${cluster}/${target}`) ?? ''
}
