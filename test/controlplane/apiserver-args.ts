/** What kube-apiserver is told beyond what it needs to run. OpenShift checks who may block the deletion of an owner; tests that
 * leave it out would miss a right that is needed there. */
export const apiserverArgs: readonly string[] = ["--enable-admission-plugins=OwnerReferencesPermissionEnforcement"];
