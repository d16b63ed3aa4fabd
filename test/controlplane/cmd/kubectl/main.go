// Command kubectl is the standard command-line client, built from the same
// module so that a machine without one still gets a client whose version
// matches the control plane.
package main

import (
	_ "k8s.io/client-go/plugin/pkg/client/auth" // lets kubeconfig files name auth plugins
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
