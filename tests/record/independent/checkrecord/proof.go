package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Extra is what a proof file of Tocsin's carries. An entry is hashed as it stands: canonical JSON within canonical JSON.
type Extra struct {
	Entry  json.RawMessage
	Opened *Opened
}

// Opened is a fact under the seal that the entry is. Each of its trees is one of RFC 6962, so tlog judges them all.
type Opened struct {
	Commitment string
	Place      Place
	Fields     []Field
	Opening    *Entry
}

// Place is where a commitment stands in the padded tree of a seal, which has 4,096 places.
type Place struct {
	Tree  string
	Place int64
	Proof []string
}

// Field is one field shown. Its payload holds name and value.
type Field struct {
	Payload, Salt string
	Index, Size   int64
	Proof         []string
}

// Entry is another entry of the same record.
type Entry struct {
	Index  int64
	Hashes []string
	Entry  json.RawMessage
}

const places = 4096

// checkProof judges a proof file: against its own checkpoint, and against what tlog itself proves from the tiles.
func (r *Record) checkProof(name string, data []byte) error {
	head, signed, _ := bytes.Cut(data, []byte("\n\n"))
	tree, err := r.open(signed)
	if err != nil {
		return err
	}
	lines := strings.Split(string(head), "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("this is no tlog-proof with extra data")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	var extra Extra
	if err := json.Unmarshal(raw, &extra); err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[3:])
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(extra.Entry)); err != nil {
		return err
	}
	theirs, err := tlog.ProveRecord(tree.N, index, tlog.TileHashReader(tree, r.folder))
	if err != nil || !reflect.DeepEqual([]tlog.Hash(theirs), proof) {
		return fmt.Errorf("tlog proves entry %d otherwise: %v", index, err)
	}
	r.found.Included++
	if extra.Opened == nil {
		return nil
	}
	shown, err := extra.Opened.check(tree, extra.Entry)
	r.found.Shown[filepath.Base(name)] = shown
	return err
}

// check climbs from each field to the fact, from the fact to the seal, and from the opening to the record.
func (o *Opened) check(tree tlog.Tree, entry json.RawMessage) (map[string]json.RawMessage, error) {
	var seal map[string]any
	if err := json.Unmarshal(entry, &seal); err != nil {
		return nil, err
	}
	sealed, _ := seal[o.Place.Tree].(string)
	fact, err := hexed(o.Commitment)
	if err != nil {
		return nil, err
	}
	if err := under(sealed, places, o.Place.Place, o.Place.Proof, tlog.RecordHash(fact)); err != nil {
		return nil, fmt.Errorf("the fact does not stand under the seal: %w", err)
	}
	shown := map[string]json.RawMessage{}
	for _, field := range o.Fields {
		salt, err := hexed(field.Salt)
		if err != nil {
			return nil, err
		}
		one := sha256.Sum256([]byte("tocsin/commit/v1\x00" + string(salt) + field.Payload))
		if err := under(o.Commitment, field.Size, field.Index, field.Proof, tlog.RecordHash(one[:])); err != nil {
			return nil, fmt.Errorf("a field does not belong to the fact: %w", err)
		}
		var said struct {
			Name  string
			Value json.RawMessage
		}
		if err := json.Unmarshal([]byte(field.Payload), &said); err != nil {
			return nil, err
		}
		shown[said.Name] = said.Value
	}
	if o.Opening != nil {
		root := hex.EncodeToString(tree.Hash[:])
		if err := under(root, tree.N, o.Opening.Index, o.Opening.Hashes, tlog.RecordHash(o.Opening.Entry)); err != nil {
			return nil, fmt.Errorf("the opening is not in the record: %w", err)
		}
	}
	return shown, nil
}

// under says whether a leaf stands at that index of the tree of that size and root.
func under(root string, size, index int64, proof []string, leaf tlog.Hash) error {
	var hashes tlog.RecordProof
	for _, one := range append([]string{root}, proof...) {
		hash, err := hexed(one)
		if err != nil {
			return err
		}
		hashes = append(hashes, *(*tlog.Hash)(hash))
	}
	return tlog.CheckRecord(hashes[1:], size, hashes[0], index, leaf)
}

func hexed(text string) ([]byte, error) {
	raw, err := hex.DecodeString(text)
	if err == nil && len(raw) != tlog.HashSize {
		err = fmt.Errorf("%q has %d bytes", text, len(raw))
	}
	return raw, err
}
