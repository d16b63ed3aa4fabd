// Command controlplane runs a real Kubernetes API server, together with the
// etcd that it stores its objects in, as one process on the loopback interface.
//
// Tests start it where they need the true behaviour of an API server
// (validation, conflicts, watches, RBAC, admission) without a cluster or a
// container engine. It prints one line of JSON on standard output as soon as
// the server answers, and stops cleanly on SIGTERM or SIGINT.
//
// What is missing on purpose: there is no controller manager, no scheduler and
// no kubelet. Nothing collects garbage, so objects whose owner was deleted
// stay. Nothing finishes the deletion of a namespace either, so a deleted
// namespace stays in phase Terminating: tests should use a fresh namespace
// each rather than wait for one to go.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/component-base/version"
	"k8s.io/klog/v2"
)

const (
	// startLimit is generous because a first start on a busy machine with
	// two cores competes with compilers and test runners.
	startLimit = 90 * time.Second

	// stopLimit bounds the graceful end of the API server. A request stuck in
	// a slow webhook would otherwise hold it for its whole request timeout.
	stopLimit = 6 * time.Second
)

type options struct {
	dataDir        string
	port           int
	kubeconfig     string
	auditLog       string
	logFile        string
	verbosity      int
	noFsync        bool
	exitWithParent bool
	// apiserverArgs are passed on to kube-apiserver unchanged.
	apiserverArgs []string
}

// readyLine is what the program prints once the API server can be used.
type readyLine struct {
	Ready      bool   `json:"ready"`
	Kubeconfig string `json:"kubeconfig"`
	Server     string `json:"server"`
	Version    string `json:"version"`
	DataDir    string `json:"dataDir"`
	StartMs    int64  `json:"startMs"`
	Pid        int    `json:"pid"`
}

func main() {
	opts, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(2)
	}
	if err := run(opts); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}

func parseOptions(args []string) (options, error) {
	var opts options
	flags := flag.NewFlagSet("controlplane", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "Usage: controlplane [options] [-- kube-apiserver options]")
		flags.PrintDefaults()
	}
	flags.StringVar(&opts.dataDir, "data-dir", "", "keep etcd data, keys and port in this directory, so that a later start continues with them (default: a temporary directory, removed on stop)")
	flags.IntVar(&opts.port, "port", 0, "port of the API server; 0 takes the one kept in the data directory, or else a free one")
	flags.StringVar(&opts.kubeconfig, "kubeconfig", "", "file to write the administrator's kubeconfig to (default: kubeconfig in the data directory)")
	flags.StringVar(&opts.auditLog, "audit-log", "", "file to append one JSON audit event a request to, at level Metadata")
	flags.StringVar(&opts.logFile, "log-file", "", "file to append logs to (default: standard error)")
	flags.IntVar(&opts.verbosity, "v", 0, "log verbosity of kube-apiserver")
	flags.BoolVar(&opts.noFsync, "no-fsync", false, "let etcd skip fsync: faster, and safe as long as the machine itself does not crash (always so for a temporary directory)")
	flags.BoolVar(&opts.exitWithParent, "exit-with-parent", false, "stop when standard input is closed, which happens when the process that started this one ends in whatever way")
	showVersion := flags.Bool("version", false, "print the Kubernetes version and exit")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	opts.apiserverArgs = flags.Args()
	if *showVersion {
		fmt.Println(version.Get().GitVersion)
		os.Exit(0)
	}
	return opts, nil
}

func run(opts options) (err error) {
	started := time.Now()

	if opts.logFile != "" {
		file, err := os.OpenFile(opts.logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("open the log file: %w", err)
		}
		// klog and etcd's logger both look up os.Stderr when they are set up,
		// which happens later than this. A crash of the Go runtime still goes
		// to the true standard error.
		os.Stderr = file
	}

	// The first signal asks for a clean stop, the second one ends the process
	// at once; a stop that hangs can thus always be cut short.
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		stop()
		<-signals
		os.Exit(130)
	}()
	if opts.exitWithParent {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}

	// The API server ends the whole process when one of its start-up steps
	// fails, which is also what happens to them when a stop interrupts them.
	// That must not cut off the orderly end of the rest.
	klog.OsExit = func(code int) {
		if ctx.Err() != nil {
			select {}
		}
		os.Exit(code)
	}

	dir, err := openDataDir(opts.dataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.close()) }()

	keys, err := loadOrCreateKeys(dir.path("pki"))
	if err != nil {
		return err
	}
	listener, err := listen(opts.port, dir.path("port"))
	if err != nil {
		return err
	}
	// The listener is never closed here: the API server, which takes it over,
	// panics when someone else does that. The end of the process closes it.

	etcd, err := startEtcd(dir, opts.noFsync || dir.temporary)
	if err != nil {
		return err
	}
	defer etcd.close()

	server := "https://" + listener.Addr().String()
	kubeconfig := opts.kubeconfig
	if kubeconfig == "" {
		kubeconfig = dir.path("kubeconfig")
	}
	if kubeconfig, err = filepath.Abs(kubeconfig); err != nil {
		return err
	}
	if err := writeKubeconfig(kubeconfig, server, keys); err != nil {
		return err
	}

	// The API server gets its own context, so that it can be stopped before
	// etcd whatever the reason for stopping is.
	serverCtx, stopServer := context.WithCancel(context.Background())
	defer stopServer()
	serverDone := make(chan error, 1)
	go func() {
		serverDone <- runAPIServer(serverCtx, apiserverConfig{
			listener: listener,
			etcdURL:  etcd.url,
			dir:      dir,
			keys:     keys,
			opts:     opts,
		})
	}()

	ready := make(chan error, 1)
	go func() { ready <- waitReady(ctx, kubeconfig, startLimit) }()

	select {
	case err := <-serverDone:
		return fmt.Errorf("kube-apiserver ended before it was ready: %w", errOr(err, "no reason given"))
	case err := <-etcd.failed():
		return fmt.Errorf("etcd failed: %w", err)
	case err := <-ready:
		if ctx.Err() != nil {
			// Asked to stop while starting. The server cannot end gracefully
			// then, and there is nothing yet that would be worth it.
			return nil
		}
		if err != nil {
			return err
		}
	}

	line, err := json.Marshal(readyLine{
		Ready:      true,
		Kubeconfig: kubeconfig,
		Server:     server,
		Version:    version.Get().GitVersion,
		DataDir:    dir.root,
		StartMs:    time.Since(started).Milliseconds(),
		Pid:        os.Getpid(),
	})
	if err != nil {
		return err
	}
	fmt.Println(string(line))

	select {
	case err := <-serverDone:
		return fmt.Errorf("kube-apiserver ended on its own: %w", errOr(err, "no reason given"))
	case err := <-etcd.failed():
		return fmt.Errorf("etcd failed: %w", err)
	case <-ctx.Done():
		return stopAPIServer(stopServer, serverDone)
	}
}

// stopAPIServer waits for the graceful end of the API server, but not for
// long: what it still holds then are requests whose clients are going away
// too, and etcd is closed properly in any case, so that no data is lost.
func stopAPIServer(stop context.CancelFunc, done <-chan error) error {
	stop()
	select {
	case err := <-done:
		return err
	case <-time.After(stopLimit):
		fmt.Fprintf(os.Stderr, "controlplane: kube-apiserver did not end within %s, going on without it\n", stopLimit)
		return nil
	}
}

func errOr(err error, text string) error {
	if err == nil {
		return errors.New(text)
	}
	return err
}
