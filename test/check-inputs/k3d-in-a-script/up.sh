cat <<EOF > /tmp/c.yaml
apiVersion: k3d.io/v1alpha5
kind: Simple
metadata: {name: lab}
servers: 1
agents: 0
ports:
- port: 8100:30100
  nodeFilters:
  - loadbalancer
EOF
k3d cluster create -c /tmp/c.yaml
