#!/bin/sh
cat <<EOF > notes
not this
EOF
kind create cluster --name lab --config - <<EOF
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  extraPortMappings:
  - {containerPort: 80, hostPort: 80}
- role: worker
EOF
