package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// etcdQuota is far above what tests with tens of thousands of objects and all
// their revisions need between two compactions, so that a load test never
// meets etcd's "database space exceeded".
const etcdQuota = 4 << 30

const socketName = "etcd.sock"

type etcdServer struct {
	server *embed.Etcd
	url    string
	// temporaryDir holds the socket where the data directory cannot.
	temporaryDir string
}

// startEtcd runs a single-member etcd in this process.
//
// It listens on a Unix socket, which only this user can connect to: etcd
// is used without authentication here, and a TCP port would be open to every
// user of the machine.
func startEtcd(dir *dataDir, noFsync bool) (_ *etcdServer, err error) {
	etcd := &etcdServer{}
	socketDir := dir.root
	// The path of a socket may only be about a hundred bytes long on most
	// systems, while a data directory may be anywhere.
	if len(filepath.Join(socketDir, socketName)) > 100 {
		if socketDir, err = os.MkdirTemp("", "cp-"); err != nil {
			return nil, fmt.Errorf("create the directory of the etcd socket: %w", err)
		}
		etcd.temporaryDir = socketDir
	}
	client := url.URL{Scheme: "unix", Path: filepath.Join(socketDir, socketName)}
	etcd.url = client.String()

	cfg := embed.NewConfig()
	cfg.Name = "default"
	cfg.Dir = dir.path("etcd")
	cfg.ListenClientUrls = []url.URL{client}
	cfg.AdvertiseClientUrls = []url.URL{client}
	// There are no other members, so nothing has to listen for them. The
	// address of this member stays as etcd sets it: it only has to be the same
	// at every start on the same data.
	cfg.ListenPeerUrls = nil
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	cfg.EnableGRPCGateway = false
	cfg.LogOutputs = []string{"stderr"}
	cfg.LogLevel = "error"
	cfg.QuotaBackendBytes = etcdQuota
	cfg.UnsafeNoFsync = noFsync
	// A lone member elects itself after one election timeout. Short ticks cut
	// about a second off every start.
	cfg.TickMs = 20
	cfg.ElectionMs = 100

	if etcd.server, err = embed.StartEtcd(cfg); err != nil {
		etcd.close()
		return nil, fmt.Errorf("start etcd: %w", err)
	}
	select {
	case <-etcd.server.Server.ReadyNotify():
		return etcd, nil
	case err = <-etcd.server.Err():
	case <-etcd.server.Server.StopNotify():
		err = errors.New("it stopped")
	case <-time.After(startLimit):
		err = fmt.Errorf("not ready within %s", startLimit)
	}
	etcd.close()
	return nil, fmt.Errorf("start etcd: %w", err)
}

func (e *etcdServer) failed() <-chan error {
	return e.server.Err()
}

func (e *etcdServer) close() {
	if e.server != nil {
		e.server.Close()
	}
	if e.temporaryDir != "" {
		os.RemoveAll(e.temporaryDir)
	}
}
