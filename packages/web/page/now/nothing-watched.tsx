export function NothingWatched() {
  return (
    <section class="empty">
      <h1>No port is known yet</h1>
      <p>
        Portolan shows the host ports that lead into a cluster (in kind: <code>extraPortMappings</code>), and of a
        cluster that is watched by its context each NodePort, host port and load balancer. They appear here by
        themselves.
      </p>
      <p>
        Is a port missing? <code>portolan check --live</code> lists the Services that no host port leads to.
      </p>
    </section>
  )
}
