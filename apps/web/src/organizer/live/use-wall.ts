import { useCallback, useEffect, useState } from 'react';

interface Wall {
  readonly isOn: boolean;
  readonly turn: (isOn: boolean) => void;
}

/**
 * The wall: nothing but the figures, large, on the whole screen, which does not go dark. Escape ends it. Where the
 * browser gives no whole screen, or keeps it from going dark, the rest works all the same.
 */
export function useWall(): Wall {
  const [isOn, setIsOn] = useState(false);
  const turn = useCallback((next: boolean) => {
    setIsOn(next);
    const { documentElement: root, fullscreenElement } = document;
    if (next) root.requestFullscreen().catch(() => {});
    else if (fullscreenElement !== null) document.exitFullscreen().catch(() => {});
  }, []);
  useEffect(() => {
    if (!isOn) return;
    const { dataset } = document.documentElement;
    dataset['wall'] = 'on';
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') turn(false);
    };
    // Escape ends the whole screen without a key being told of.
    const onScreen = () => {
      if (document.fullscreenElement === null) turn(false);
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('fullscreenchange', onScreen);
    const release = keepAwake();
    return () => {
      delete dataset['wall'];
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('fullscreenchange', onScreen);
      release();
    };
  }, [isOn, turn]);
  return { isOn, turn };
}

function keepAwake(): () => void {
  const lock = 'wakeLock' in navigator ? navigator.wakeLock.request('screen') : null;
  lock?.catch(() => {});
  return () => {
    lock?.then((held) => held.release()).catch(() => {});
  };
}
