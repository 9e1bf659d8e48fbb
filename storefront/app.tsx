import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { OrderStatus, Product, ShopApi } from "./api.ts";
import { linesOf, orderOf, withQuantity } from "./basket.ts";
import { BasketView } from "./basket-view.tsx";
import { Catalogue } from "./catalogue.tsx";
import { follow } from "./checkout.ts";
import { type Memory, type PlacedOrder, recall, remember } from "./memory.ts";
import { refusalMessage } from "./messages.ts";
import { OrderView } from "./order-view.tsx";

interface AppProps {
  api: ShopApi;
  wait(ms: number): Promise<void>;
}

/** The whole shop on one page. */
export function App({ api, wait }: AppProps) {
  const [memory, setMemory] = useState<Memory>(() =>
    recall(localStorage, () => crypto.randomUUID()),
  );
  const [products, setProducts] = useState<Product[]>();
  const [status, setStatus] = useState<OrderStatus>();
  const [problem, setProblem] = useState<string>();
  const retrying = useRetrying();
  const following = useRef<string | undefined>(undefined);

  // Kept before anything is sent, so that a reload finds it.
  const change = useCallback((part: Partial<Memory>) => {
    setMemory((before) => {
      const after = { ...before, ...part };
      remember(localStorage, after);
      return after;
    });
  }, []);
  const refresh = useCallback(() => {
    api.products().then(setProducts, (error) => setProblem(refusalMessage(error)));
  }, [api]);
  useEffect(refresh, [refresh]);

  const { order } = memory;
  useEffect(() => {
    if (!order || following.current === order.key) return;
    following.current = order.key;
    setStatus(undefined);
    const accepted = (orderId: string) => change({ order: { ...order, orderId } });
    follow(api, order, { accepted, changed: setStatus }, wait)
      .then((ended) => {
        if (ended.status === "COMPLETED") change({ basket: {} });
      })
      .catch((error) => {
        change({ order: undefined });
        setProblem(refusalMessage(error));
      })
      .finally(() => {
        following.current = undefined;
        refresh();
      });
  }, [order, api, wait, change, refresh]);

  const lines = linesOf(memory.basket, products ?? []);
  const place = (paymentToken: string) => {
    setProblem(undefined);
    try {
      const { customerId, email: customerEmail } = memory;
      const body = orderOf(lines, { customerId, customerEmail, paymentToken });
      change({ order: { key: crypto.randomUUID(), body } satisfies PlacedOrder });
    } catch (error) {
      setProblem(refusalMessage(error));
    }
  };
  const quantity = (productId: string, count: number) =>
    change({ basket: withQuantity(memory.basket, productId, count) });

  return (
    <>
      <header>
        <h1>The shop</h1>
        {retrying && <p role="status">{retrying}</p>}
      </header>
      <main>
        <Catalogue
          products={products}
          basket={memory.basket}
          onAdd={(id) => quantity(id, (memory.basket[id] ?? 0) + 1)}
        />
        <aside aria-label="Checkout">
          {order ? (
            <OrderView
              order={order}
              status={status}
              onClose={() => {
                setStatus(undefined);
                change({ order: undefined });
              }}
            />
          ) : (
            <>
              <h2>Basket</h2>
              <BasketView
                lines={lines}
                email={memory.email}
                problem={problem}
                onQuantity={quantity}
                onEmail={(email) => change({ email })}
                onOrder={place}
              />
            </>
          )}
        </aside>
      </main>
    </>
  );
}

/** What to tell while the shop does not answer. */
function useRetrying(): string | undefined {
  const [text, setText] = useState<string>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const show = () => {
      setText(
        navigator.onLine
          ? "The shop is busy; we are trying again."
          : "You are offline; we go on as soon as you are back.",
      );
      clearTimeout(timer);
      timer = setTimeout(() => setText(undefined), 20_000);
    };
    const clear = () => setText(undefined);
    window.addEventListener("shop-retry", show);
    window.addEventListener("shop-answered", clear);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("shop-retry", show);
      window.removeEventListener("shop-answered", clear);
    };
  }, []);
  return text;
}
