// Checkrecord judges a published record with other people's code: golang.org/x/mod/sumdb, by which the Go command judges
// its checksum database. Nothing of Tocsin is in it but the names of files and the lines of text that the C2SP
// specifications ask for.
//
//	checkrecord -key VKEY [-key VKEY] FOLDER [FILE...]
//
// A FILE is an earlier checkpoint, a request to a witness (.add-checkpoint), which carries a consistency proof, or a
// proof file (.tlog-proof). It prints what it found to hold, as one JSON object, and exits with 0; at the first thing
// that does not hold it says so and exits with 1.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Found counts what was seen to hold. Shown is what opened notices say, by the name of the proof file.
type Found struct {
	Size        int64                                 `json:"size"`
	Checkpoints int                                   `json:"checkpoints"`
	Consistent  int                                   `json:"consistent"`
	Included    int                                   `json:"included"`
	Shown       map[string]map[string]json.RawMessage `json:"shown"`
}

type keys []string

func (k *keys) String() string         { return strings.Join(*k, ", ") }
func (k *keys) Set(value string) error { *k = append(*k, value); return nil }

func main() {
	var vkeys keys
	flag.Var(&vkeys, "key", "a verifier key of the record")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: checkrecord -key VKEY FOLDER [FILE...]")
		os.Exit(2)
	}
	found, err := judge(vkeys, flag.Arg(0), flag.Args()[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		os.Exit(1)
	}
}

func judge(vkeys []string, root string, files []string) (Found, error) {
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return Found{}, fmt.Errorf("%s: %w", vkey, err)
		}
		verifiers = append(verifiers, verifier)
	}
	record := &Record{
		folder: Folder(root),
		known:  note.VerifierList(verifiers...),
		trees:  map[int64]tlog.Tree{},
		found:  Found{Shown: map[string]map[string]json.RawMessage{}},
	}
	if err := record.checkPublished(); err != nil {
		return Found{}, fmt.Errorf("%s: %w", root, err)
	}
	// Earlier checkpoints first: the proofs of consistency lead from these.
	for _, check := range []struct {
		suffix string
		run    func(name string, data []byte) error
	}{
		{".checkpoint", record.checkEarlier},
		{".add-checkpoint", record.checkConsistency},
		{".tlog-proof", record.checkProof},
	} {
		for _, name := range files {
			if !strings.HasSuffix(name, check.suffix) {
				continue
			}
			data, err := os.ReadFile(name)
			if err == nil {
				err = check.run(name, data)
			}
			if err != nil {
				return Found{}, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return record.found, nil
}
