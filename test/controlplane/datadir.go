package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// dataDir is the directory that holds everything a control plane has to
// remember: etcd's data, the keys, the port.
type dataDir struct {
	root      string
	temporary bool
	lock      *os.File
}

// openDataDir takes the given directory for this process alone, or creates a
// temporary one when none is given.
func openDataDir(root string) (*dataDir, error) {
	if root == "" {
		root, err := os.MkdirTemp("", "controlplane-")
		if err != nil {
			return nil, fmt.Errorf("create a temporary data directory: %w", err)
		}
		return &dataDir{root: root, temporary: true}, nil
	}

	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("create the data directory: %w", err)
	}
	// Without this lock a second start on the same directory would wait
	// silently for etcd's own database lock. The system releases it when the
	// process ends, even when it is killed.
	lock, err := os.OpenFile(filepath.Join(root, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data directory: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("the data directory %s is in use by another control plane: %w", root, err)
	}
	return &dataDir{root: root, lock: lock}, nil
}

func (d *dataDir) path(elements ...string) string {
	return filepath.Join(append([]string{d.root}, elements...)...)
}

func (d *dataDir) close() error {
	if d.temporary {
		return os.RemoveAll(d.root)
	}
	return d.lock.Close()
}

// listen opens the port of the API server. Holding the listener from the
// start, rather than only its number, leaves no moment in which another
// process could take the port.
func listen(port int, portFile string) (net.Listener, error) {
	if port == 0 {
		kept, err := os.ReadFile(portFile)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			if port, err = strconv.Atoi(strings.TrimSpace(string(kept))); err != nil {
				return nil, fmt.Errorf("read the port kept in %s: %w", portFile, err)
			}
		}
	}

	listener, err := listenOn(port)
	if err != nil {
		return nil, fmt.Errorf("open the port of the API server: %w", err)
	}
	number := listener.Addr().(*net.TCPAddr).Port
	if err := os.WriteFile(portFile, []byte(strconv.Itoa(number)+"\n"), 0o600); err != nil {
		listener.Close()
		return nil, err
	}
	return listener, nil
}

func listenOn(port int) (net.Listener, error) {
	if port != 0 {
		return net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	}
	// A port from the range that the system hands out for outgoing connections
	// could be taken by any client while the control plane restarts, so a free
	// one is looked for below that range first.
	for range 50 {
		candidate := 20000 + rand.IntN(10000)
		listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(candidate)))
		if err == nil {
			return listener, nil
		}
	}
	return net.Listen("tcp4", "127.0.0.1:0")
}
