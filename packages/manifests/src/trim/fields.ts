/**
 * The fields that each type of the API has: `name` alone, `name:Type` for what has fields of its own, `name=A|B` for what has
 * to be one of these words. Volumes of other makers are left out.
 *
 * Source: Kubernetes 1.36, OpenAPI.
 */
export const FIELDS: Readonly<Record<string, string>> = {
  Affinity: 'nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity',
  Capabilities: 'add drop',
  ClientIPConfig: 'timeoutSeconds',
  ConfigMapKeySelector: 'key name optional',
  ConfigMapVolumeSource: 'defaultMode items:KeyToPath name optional',
  Container: `args command env:EnvVar envFrom:EnvFromSource image imagePullPolicy=Always|IfNotPresent|Never
    lifecycle:Lifecycle livenessProbe:Probe name ports:ContainerPort readinessProbe:Probe resizePolicy
    resources:ResourceRequirements restartPolicy restartPolicyRules securityContext:SecurityContext
    startupProbe:Probe stdin stdinOnce terminationMessagePath terminationMessagePolicy=File|FallbackToLogsOnError
    tty volumeDevices:VolumeDevice volumeMounts:VolumeMount workingDir`,
  ContainerPort: 'containerPort hostIP hostPort name protocol',
  DaemonSet: 'apiVersion kind metadata:ObjectMeta spec:DaemonSetSpec status',
  DaemonSetSpec: `minReadySeconds revisionHistoryLimit selector:LabelSelector template:PodTemplateSpec
    updateStrategy:DaemonSetUpdateStrategy`,
  DaemonSetUpdateStrategy: 'rollingUpdate:RollingUpdateDaemonSet type=RollingUpdate|OnDelete',
  Deployment: 'apiVersion kind metadata:ObjectMeta spec:DeploymentSpec status',
  DeploymentSpec: `minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector:LabelSelector
    strategy:DeploymentStrategy template:PodTemplateSpec`,
  DeploymentStrategy: 'rollingUpdate:RollingUpdateDeployment type=Recreate|RollingUpdate',
  EmptyDirVolumeSource: 'medium sizeLimit',
  EnvFromSource: 'configMapRef prefix secretRef',
  EnvVar: 'name value valueFrom:EnvVarSource',
  EnvVarSource: `configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector fileKeyRef resourceFieldRef
    secretKeyRef:SecretKeySelector`,
  ExecAction: 'command',
  GRPCAction: 'port service',
  HTTPGetAction: 'host httpHeaders:HTTPHeader path port scheme=HTTP|HTTPS',
  HTTPHeader: 'name value',
  HostAlias: 'hostnames ip',
  HostPathVolumeSource: 'path type=DirectoryOrCreate|Directory|FileOrCreate|File|Socket|CharDevice|BlockDevice',
  Job: 'apiVersion kind metadata:ObjectMeta spec:JobSpec status',
  JobSpec: `activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector
    maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy selector:LabelSelector successPolicy suspend
    template:PodTemplateSpec ttlSecondsAfterFinished`,
  KeyToPath: 'key mode path',
  LabelSelector: 'matchExpressions:LabelSelectorRequirement matchLabels',
  LabelSelectorRequirement: 'key operator=In|NotIn|Exists|DoesNotExist values',
  Lifecycle: 'postStart:LifecycleHandler preStop:LifecycleHandler stopSignal',
  LifecycleHandler: 'exec:ExecAction httpGet:HTTPGetAction sleep tcpSocket:TCPSocketAction',
  LocalObjectReference: 'name',
  NodeAffinity: `preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm
    requiredDuringSchedulingIgnoredDuringExecution:NodeSelector`,
  NodeSelector: 'nodeSelectorTerms:NodeSelectorTerm',
  NodeSelectorRequirement: 'key operator=In|NotIn|Exists|DoesNotExist|Gt|Lt values',
  NodeSelectorTerm: 'matchExpressions:NodeSelectorRequirement matchFields:NodeSelectorRequirement',
  ObjectFieldSelector: 'apiVersion fieldPath',
  ObjectMeta: `annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation
    labels managedFields name namespace ownerReferences resourceVersion selfLink uid`,
  PersistentVolumeClaim: 'apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec status',
  PersistentVolumeClaimSpec: `accessModes dataSource dataSourceRef resources selector:LabelSelector storageClassName volumeAttributesClassName
    volumeMode volumeName`,
  PersistentVolumeClaimVolumeSource: 'claimName readOnly',
  Pod: 'apiVersion kind metadata:ObjectMeta spec:PodSpec status',
  PodAffinity: `preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm
    requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm`,
  PodAffinityTerm: `labelSelector:LabelSelector matchLabelKeys mismatchLabelKeys namespaceSelector:LabelSelector namespaces
    topologyKey`,
  PodAntiAffinity: `preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm
    requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm`,
  PodDNSConfig: 'nameservers options searches',
  PodSecurityContext: `appArmorProfile fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy seLinuxOptions
    seccompProfile:SeccompProfile supplementalGroups supplementalGroupsPolicy sysctls windowsOptions`,
  PodSpec: `activeDeadlineSeconds affinity:Affinity automountServiceAccountToken containers:Container dnsConfig:PodDNSConfig
    dnsPolicy=ClusterFirst|ClusterFirstWithHostNet|Default|None enableServiceLinks ephemeralContainers
    hostAliases:HostAlias hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride
    imagePullSecrets:LocalObjectReference initContainers:Container nodeName nodeSelector os overhead
    preemptionPolicy priority priorityClassName readinessGates resourceClaims resources:ResourceRequirements
    restartPolicy=Always|OnFailure|Never runtimeClassName schedulerName schedulingGates schedulingGroup
    securityContext:PodSecurityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace
    subdomain terminationGracePeriodSeconds tolerations:Toleration
    topologySpreadConstraints:TopologySpreadConstraint volumes:Volume`,
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  PreferredSchedulingTerm: 'preference:NodeSelectorTerm weight',
  Probe: `exec:ExecAction failureThreshold grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds periodSeconds
    successThreshold tcpSocket:TCPSocketAction terminationGracePeriodSeconds timeoutSeconds`,
  ReplicaSet: 'apiVersion kind metadata:ObjectMeta spec:ReplicaSetSpec status',
  ReplicaSetSpec: 'minReadySeconds replicas selector:LabelSelector template:PodTemplateSpec',
  ReplicationController: 'apiVersion kind metadata:ObjectMeta spec:ReplicationControllerSpec status',
  ReplicationControllerSpec: 'minReadySeconds replicas selector template:PodTemplateSpec',
  ResourceRequirements: 'claims limits requests',
  RollingUpdateDaemonSet: 'maxSurge maxUnavailable',
  RollingUpdateDeployment: 'maxSurge maxUnavailable',
  RollingUpdateStatefulSetStrategy: 'maxUnavailable partition',
  SeccompProfile: 'localhostProfile type',
  SecretKeySelector: 'key name optional',
  SecretVolumeSource: 'defaultMode items:KeyToPath optional secretName',
  SecurityContext: `allowPrivilegeEscalation appArmorProfile capabilities:Capabilities privileged procMount readOnlyRootFilesystem
    runAsGroup runAsNonRoot runAsUser seLinuxOptions seccompProfile:SeccompProfile windowsOptions`,
  Service: 'apiVersion kind metadata:ObjectMeta spec:ServiceSpec status',
  ServicePort: 'appProtocol name nodePort port protocol targetPort',
  ServiceSpec: `allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy
    healthCheckNodePort internalTrafficPolicy=Cluster|Local ipFamilies
    ipFamilyPolicy=SingleStack|PreferDualStack|RequireDualStack loadBalancerClass loadBalancerIP
    loadBalancerSourceRanges ports:ServicePort publishNotReadyAddresses selector sessionAffinity=None|ClientIP
    sessionAffinityConfig:SessionAffinityConfig trafficDistribution type`,
  SessionAffinityConfig: 'clientIP:ClientIPConfig',
  StatefulSet: 'apiVersion kind metadata:ObjectMeta spec:StatefulSetSpec status',
  StatefulSetSpec: `minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy=OrderedReady|Parallel replicas
    revisionHistoryLimit selector:LabelSelector serviceName template:PodTemplateSpec
    updateStrategy:StatefulSetUpdateStrategy volumeClaimTemplates:PersistentVolumeClaim`,
  StatefulSetUpdateStrategy: 'rollingUpdate:RollingUpdateStatefulSetStrategy type=RollingUpdate|OnDelete',
  TCPSocketAction: 'host port',
  Toleration: `effect=NoSchedule|PreferNoSchedule|NoExecute key operator=Exists|Equal|Lt|Gt tolerationSeconds value`,
  TopologySpreadConstraint: `labelSelector:LabelSelector matchLabelKeys maxSkew minDomains nodeAffinityPolicy nodeTaintsPolicy topologyKey
    whenUnsatisfiable=DoNotSchedule|ScheduleAnyway`,
  Volume: `awsElasticBlockStore azureDisk azureFile cephfs cinder configMap:ConfigMapVolumeSource csi downwardAPI
    emptyDir:EmptyDirVolumeSource ephemeral fc flexVolume flocker gcePersistentDisk gitRepo glusterfs
    hostPath:HostPathVolumeSource image iscsi name nfs persistentVolumeClaim:PersistentVolumeClaimVolumeSource
    photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret:SecretVolumeSource storageos
    vsphereVolume`,
  VolumeDevice: 'devicePath name',
  VolumeMount: `mountPath mountPropagation=None|HostToContainer|Bidirectional name readOnly recursiveReadOnly subPath
    subPathExpr`,
  WeightedPodAffinityTerm: 'podAffinityTerm:PodAffinityTerm weight',
}
