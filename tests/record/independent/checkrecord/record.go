package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Record is what is judged. trees: each one of which a checkpoint has spoken and that held, by its size.
type Record struct {
	folder Folder
	known  note.Verifiers
	trees  map[int64]tlog.Tree
	found  Found
}

// open returns the tree of which a signed checkpoint speaks. tlog.ParseTree reads only the checksum database's own.
func (r *Record) open(signed []byte) (tlog.Tree, error) {
	opened, err := note.Open(signed, r.known)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		return tlog.Tree{}, errors.New("the checkpoint is not three lines, the first of them its signer's name")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func (r *Record) checkPublished() error {
	signed, err := os.ReadFile(filepath.Join(string(r.folder), "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := r.checkTree(signed)
	r.found.Size = tree.N
	return err
}

func (r *Record) checkEarlier(_ string, signed []byte) error {
	_, err := r.checkTree(signed)
	return err
}

// checkTree opens a checkpoint, lets tlog compute the tree anew from the entries that lie in the folder, and compares
// its root with the signed one and its hashes with every tile. (tlog.TileHashReader alone would not do: in version 0.7.0
// it takes some full tiles as they are, without comparing them with the tile above.)
func (r *Record) checkTree(signed []byte) (tlog.Tree, error) {
	tree, err := r.open(signed)
	if err != nil {
		return tree, err
	}
	stored, err := r.compute(tree.N)
	if err != nil {
		return tree, err
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return tree, err
	}
	if root != tree.Hash {
		return tree, errors.New("the entries do not lead to the root that was signed")
	}
	for level := 0; tree.N>>(height*level) > 0; level++ {
		if err := r.checkTiles(level, tree.N>>(height*level), stored); err != nil {
			return tree, err
		}
	}
	r.trees[tree.N] = tree
	r.found.Checkpoints++
	return tree, nil
}

// compute returns every hash of the tree over the first so many entries, in the order in which tlog stores them.
func (r *Record) compute(size int64) (tlog.HashReader, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	for start := int64(0); start < size; start += width {
		entries, err := r.folder.Entries(start/width, least(width, size-start))
		if err != nil {
			return nil, err
		}
		for number, entry := range entries {
			hashes, err := tlog.StoredHashes(start+int64(number), entry, reader)
			if err != nil {
				return nil, err
			}
			stored = append(stored, hashes...)
		}
	}
	return reader, nil
}

func (r *Record) checkTiles(level int, hashes int64, stored tlog.HashReader) error {
	for start := int64(0); start < hashes; start += width {
		tile := tlog.Tile{H: height, L: level, N: start / width, W: least(width, hashes-start)}
		want, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		lies, err := r.folder.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return err
		}
		if !bytes.Equal(lies[0], want) {
			return fmt.Errorf("%s does not hold the hashes of the entries", r.folder.path(tile))
		}
	}
	return nil
}

// checkConsistency judges the proof in a request to a witness: old SIZE, hashes, an empty line, a checkpoint.
func (r *Record) checkConsistency(_ string, request []byte) error {
	head, signed, _ := bytes.Cut(request, []byte("\n\n"))
	tree, err := r.open(signed)
	if err != nil {
		return err
	}
	lines := strings.Split(string(head), "\n")
	size, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if err != nil {
		return err
	}
	old, known := r.trees[size]
	if !known {
		return fmt.Errorf("no checkpoint of size %d was handed in", size)
	}
	hashes, err := parseHashes(lines[1:])
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(hashes, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	r.found.Consistent++
	return nil
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func least(one int, two int64) int {
	if two < int64(one) {
		return int(two)
	}
	return one
}
