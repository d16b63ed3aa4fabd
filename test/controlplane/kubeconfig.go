package main

import (
	"os"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfig writes the administrator's kubeconfig. Certificates and key
// are part of the file, so that it can be copied to wherever a test needs it.
func writeKubeconfig(file, server string, keys keySet) error {
	authority, err := os.ReadFile(keys.authority)
	if err != nil {
		return err
	}
	certificate, err := os.ReadFile(keys.adminCert)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(keys.adminKey)
	if err != nil {
		return err
	}

	const name = "controlplane"
	config := api.NewConfig()
	config.Clusters[name] = &api.Cluster{Server: server, CertificateAuthorityData: authority}
	config.AuthInfos[name] = &api.AuthInfo{ClientCertificateData: certificate, ClientKeyData: key}
	config.Contexts[name] = &api.Context{Cluster: name, AuthInfo: name, Namespace: "default"}
	config.CurrentContext = name
	// WriteToFile creates missing directories and makes the file readable for
	// its owner only.
	return clientcmd.WriteToFile(*config, file)
}
