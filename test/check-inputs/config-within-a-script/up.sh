#!/bin/sh
set -e
kind create cluster --name lab --config=- <<EOF
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  extraPortMappings:
  - {containerPort: 30100, hostPort: 8100}
EOF
kubectl apply -f web.yaml
