package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // CronJobs are validated against time zones, which a bare machine may not have

	"github.com/spf13/pflag"
	apierrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/compatibility"
	logsapi "k8s.io/component-base/logs/api/v1"
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // client metrics on /metrics, as in the released program
	_ "k8s.io/component-base/metrics/prometheus/version"  // the version on /metrics, as in the released program
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

//go:embed audit-policy.yaml
var auditPolicy []byte

type apiserverConfig struct {
	listener net.Listener
	etcdURL  string
	dir      *dataDir
	keys     keySet
	opts     options
}

func (c apiserverConfig) args() ([]string, error) {
	args := []string{
		"--etcd-servers=" + c.etcdURL,
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(c.listener.Addr().(*net.TCPAddr).Port),
		// Naming the address spares the server the search for a network
		// interface, which fails on a machine without a network.
		"--advertise-address=127.0.0.1",
		// The endpoints of the service "kubernetes" may not be loopback
		// addresses, and no pod will ever look them up here.
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=10.0.0.0/16",

		"--tls-cert-file=" + c.keys.servingCert,
		"--tls-private-key-file=" + c.keys.servingKey,
		"--client-ca-file=" + c.keys.authority,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.keys.serviceAccount,
		"--service-account-signing-key-file=" + c.keys.serviceAccount,

		"--authorization-mode=RBAC",
		// This plugin refuses pods until a controller has created the service
		// account "default" of their namespace, and no controller runs here.
		"--disable-admission-plugins=ServiceAccount",
		"--allow-privileged=true",
		"--profiling=false",

		// A stop ends open watches rather than waiting for the full request
		// timeout of a minute, and refuses new requests while it does.
		"--shutdown-delay-duration=0s",
		"--shutdown-send-retry-after=true",
		"--shutdown-watch-termination-grace-period=1s",

		"--v=" + strconv.Itoa(c.opts.verbosity),
	}
	if c.opts.auditLog != "" {
		policy := c.dir.path("audit-policy.yaml")
		if err := os.WriteFile(policy, auditPolicy, 0o600); err != nil {
			return nil, err
		}
		args = append(args,
			"--audit-policy-file="+policy,
			"--audit-log-path="+c.opts.auditLog,
			// The default would start a new file every hundred megabytes, and
			// a test that counts lines would silently miss the older ones.
			"--audit-log-maxsize=1000000",
		)
	}
	return append(args, c.opts.apiserverArgs...), nil
}

// runAPIServer runs kube-apiserver until the context ends. It does what the
// command of the released program does, but takes the context and the open
// listener from outside.
func runAPIServer(ctx context.Context, config apiserverConfig) error {
	args, err := config.args()
	if err != nil {
		return err
	}
	server := apiserveroptions.NewServerRunOptions()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	for _, set := range server.Flags().FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	server.SecureServing.Listener = config.listener

	registry := server.GenericServerRunOptions.ComponentGlobalsRegistry
	if err := registry.Set(); err != nil {
		return err
	}
	// Warnings that the server receives from itself are of no use to anyone.
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	if err := logsapi.ValidateAndApply(server.Logs, registry.FeatureGateFor(compatibility.DefaultKubeComponent)); err != nil {
		return err
	}

	completed, err := server.Complete(ctx)
	if err != nil {
		return err
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return apierrors.NewAggregate(errs)
	}
	return app.Run(ctx, completed)
}

// waitReady returns once the server answers that it is ready to the user of
// the kubeconfig, which proves the file along the way.
func waitReady(ctx context.Context, kubeconfig string, limit time.Duration) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.Timeout = 5 * time.Second
	config.UserAgent = "controlplane-ready"
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()

	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		err := get(ctx, client, config.Host+"/readyz")
		if err == nil {
			// The server creates this namespace after it reports ready.
			err = get(ctx, client, config.Host+"/api/v1/namespaces/default")
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("kube-apiserver not ready within %s: %w", limit, err)
		case <-time.After(25 * time.Millisecond):
		}
	}
}

func get(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s: %s", url, response.Status, strings.TrimSpace(string(body)))
	}
	return nil
}
