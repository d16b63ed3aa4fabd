package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// keySet names the files that kube-apiserver reads. One authority signs both
// the serving certificate and the administrator's, which is all that a control
// plane without nodes needs.
type keySet struct {
	authority      string
	servingCert    string
	servingKey     string
	adminCert      string
	adminKey       string
	serviceAccount string
}

// loadOrCreateKeys returns the keys in the directory, creating them when the
// directory does not exist. A kubeconfig written earlier thus stays valid for
// as long as the data directory is kept.
func loadOrCreateKeys(dir string) (keySet, error) {
	keys := keySet{
		authority:      filepath.Join(dir, "ca.crt"),
		servingCert:    filepath.Join(dir, "apiserver.crt"),
		servingKey:     filepath.Join(dir, "apiserver.key"),
		adminCert:      filepath.Join(dir, "admin.crt"),
		adminKey:       filepath.Join(dir, "admin.key"),
		serviceAccount: filepath.Join(dir, "service-account.key"),
	}
	if _, err := os.Stat(dir); err == nil {
		return keys, nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return keySet{}, err
	}

	// The files are written to a directory beside the final one, which then
	// takes its name: a process killed half-way leaves no incomplete set.
	unfinished := dir + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return keySet{}, err
	}
	if err := os.MkdirAll(unfinished, 0o700); err != nil {
		return keySet{}, err
	}
	if err := createKeys(unfinished); err != nil {
		return keySet{}, fmt.Errorf("create certificates: %w", err)
	}
	if err := os.Rename(unfinished, dir); err != nil {
		return keySet{}, err
	}
	return keys, nil
}

func createKeys(dir string) error {
	// The authority's key is never written: nothing is signed after this.
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	authority, err := sign(x509.Certificate{
		Subject:               pkix.Name{CommonName: "controlplane-ca"},
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}, nil, authorityKey, authorityKey)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(dir, "ca.crt"), "CERTIFICATE", authority.Raw); err != nil {
		return err
	}

	leaves := map[string]x509.Certificate{
		"apiserver": {
			Subject:     pkix.Name{CommonName: "kube-apiserver"},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
			DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
		},
		"admin": {
			// Kubernetes reads the user name from the common name and the
			// groups from the organizations; members of system:masters may do
			// everything.
			Subject:     pkix.Name{CommonName: "controlplane-admin", Organization: []string{"system:masters"}},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		},
	}
	for name, template := range leaves {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		template.KeyUsage = x509.KeyUsageDigitalSignature
		certificate, err := sign(template, authority, key, authorityKey)
		if err != nil {
			return err
		}
		if err := writePEM(filepath.Join(dir, name+".crt"), "CERTIFICATE", certificate.Raw); err != nil {
			return err
		}
		if err := writeKey(filepath.Join(dir, name+".key"), key); err != nil {
			return err
		}
	}

	serviceAccountKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	return writeKey(filepath.Join(dir, "service-account.key"), serviceAccountKey)
}

// sign makes a certificate for the key; without a parent it signs itself.
func sign(template x509.Certificate, parent *x509.Certificate, key *ecdsa.PrivateKey, parentKey crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	// The hour absorbs a clock that is set back between creation and use.
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().AddDate(10, 0, 0)
	if parent == nil {
		parent = &template
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, parent, key.Public(), parentKey)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func writeKey(file string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(file, "EC PRIVATE KEY", der)
}

func writePEM(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
