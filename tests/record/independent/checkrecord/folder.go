package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8           // of a tile; C2SP tlog-tiles knows no other
	width  = 1 << height // hashes of a full tile, entries of a full bundle
)

// Folder is where a record is published. It serves as a tlog.TileReader.
type Folder string

// path returns the file of a tile. C2SP leaves the height out of its name, and calls entries what Go calls data.
func (f Folder) path(tile tlog.Tile) string {
	name := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return filepath.Join(string(f), strings.Replace(name, "tile/data/", "tile/entries/", 1))
}

// read returns a tile, and how wide it is: as asked for, or full, where the partial one has been taken away.
func (f Folder) read(tile tlog.Tile) ([]byte, int, error) {
	data, err := os.ReadFile(f.path(tile))
	if errors.Is(err, fs.ErrNotExist) && tile.W < width {
		tile.W = width
		data, err = os.ReadFile(f.path(tile))
	}
	return data, tile.W, err
}

// Height is asked for by tlog.
func (f Folder) Height() int { return height }

// SaveTiles is asked for by tlog; nothing is kept.
func (f Folder) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles reads hashes. Whether they are right is for tlog to say.
func (f Folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, held, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		if len(data) != held*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", f.path(tile), len(data))
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

// Entries reads a bundle: each entry behind its length in two bytes. It has no more and no fewer than its name says.
func (f Folder) Entries(bundle int64, count int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: bundle, W: count}
	data, held, err := f.read(tile)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) > 0 || len(entries) != held {
		return nil, fmt.Errorf("%s has %d entries, and %d bytes behind them", f.path(tile), len(entries), len(data))
	}
	return entries[:count], nil
}
