// What the pages of one object are tried on.
export const objectsYaml = (image: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: office }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: conf, namespace: office }
data: { greeting: hello from the map }
---
apiVersion: v1
kind: Secret
metadata: { name: keys, namespace: office }
stringData: { password: open-sesame }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: office }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: app
        image: ${image}
        command:
        - sh
        - -c
        - 'while true; do i=$((i+1)); echo "line $i from $HOSTNAME"; [ $((i%5)) = 0 ] && echo ERROR; sleep 0.2; done'
---
apiVersion: v1
kind: Pod
metadata: { name: broken, namespace: office }
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - { name: missing, image: localhost/no-such:1, imagePullPolicy: Never, envFrom: [{ configMapRef: { name: conf } }] }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: office }
spec:
  schedule: 0 3 1 1 *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - { name: job, image: ${image}, command: [sh, -c, sleep 1] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: reader, namespace: office }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader, namespace: office }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: reader, namespace: office }]
`;
