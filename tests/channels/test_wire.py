"""Where a connection may go."""

import pytest

from tocsin.channels.wire import Reach, within


@pytest.mark.parametrize(
    ("address", "reaches"),
    [
        pytest.param("127.0.0.1", "LA", id="loopback"),
        pytest.param("127.255.0.9", "LA", id="all of 127"),
        pytest.param("::1", "LA", id="loopback, v6"),
        pytest.param("::ffff:127.0.0.1", "LA", id="loopback, mapped"),
        pytest.param("64:ff9b::7f00:1", "LA", id="loopback behind NAT64"),
        pytest.param("10.1.2.3", "A", id="private 10"),
        pytest.param("172.16.0.1", "A", id="private 172"),
        pytest.param("192.168.1.1", "A", id="private 192"),
        pytest.param("100.64.0.1", "A", id="carrier NAT"),
        pytest.param("169.254.169.254", "A", id="link-local, where clouds keep keys"),
        pytest.param("::ffff:169.254.169.254", "A", id="the same, mapped"),
        pytest.param("64:ff9b::a00:1", "A", id="private behind NAT64"),
        pytest.param("fe80::1", "A", id="link-local, v6"),
        pytest.param("fe80::1%lo", "A", id="link-local with a scope"),
        pytest.param("fc00::1", "A", id="unique local"),
        pytest.param("fec0::1", "A", id="site-local, of old"),
        pytest.param("2002:a00:1::", "A", id="6to4 around a private address"),
        pytest.param("2001:0:1::", "A", id="Teredo"),
        pytest.param("2001:db8::1", "A", id="documentation"),
        pytest.param("192.0.2.1", "A", id="documentation, v4"),
        pytest.param("198.18.0.1", "A", id="benchmarking"),
        pytest.param("192.0.0.170", "A", id="protocol assignments"),
        pytest.param("240.0.0.1", "A", id="reserved"),
        pytest.param("255.255.255.255", "A", id="broadcast"),
        pytest.param("0.0.0.0", "", id="this host, unspecified"),
        pytest.param("::", "", id="unspecified, v6"),
        pytest.param("::ffff:0.0.0.0", "", id="unspecified, mapped"),
        pytest.param("224.0.0.1", "", id="multicast"),
        pytest.param("ff02::1", "", id="multicast, v6"),
        pytest.param("93.184.215.14", "PA", id="public"),
        pytest.param("2606:2800:21f:cb07::1", "PA", id="public, v6"),
        pytest.param("::ffff:93.184.215.14", "PA", id="public, mapped"),
        pytest.param("64:ff9b::5db8:d70e", "PA", id="public behind NAT64"),
    ],
)
def test_who_may_be_reached(address: str, reaches: str) -> None:
    letters = {"L": Reach.LOOPBACK, "P": Reach.PUBLIC, "A": Reach.ANYWHERE}
    assert {name for name, reach in letters.items() if within(address, reach)} == set(reaches)
